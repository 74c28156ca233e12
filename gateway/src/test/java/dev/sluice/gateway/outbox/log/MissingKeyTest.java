package dev.sluice.gateway.outbox.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Who has lost the key of a log loses nothing else. */
class MissingKeyTest extends EncryptionRig {

  private static final String ID_A = ONLY_A.ids().get(0);

  @Test
  void withoutItsKeyTheLogRunsNamesWhatIsLostAndNeverLendsItsSeqsAgain() throws IOException {
    String stream;
    try (Log log = open(ONLY_A)) {
      stream = log.stream().text();
      log.cursor(UPLINK);
      append(log, 12);
    }
    long next = written.lastKey() + 1;
    List<Path> before = files(".seg");
    assertThat(before).hasSizeGreaterThan(2);
    for (int start = 0; start < 2; start++) {
      try (Log log = open(ONLY_B)) {
        assertThat(log.stream().text()).isEqualTo(stream);
        assertThat(log.next()).isGreaterThan(next);
        append(log, 1);
        TreeMap<Long, StoredRecord> found = drain(log);
        assertThat(data(found).first()).isGreaterThan(next);
        assertThat(Plant.gaps(found)).contains(new Plant.Gap(1, next - 1, 0, Loss.Cause.KEY, ""));
        assertThat(Plant.gaps(found)).allMatch(gap -> gap.cause() == Loss.Cause.KEY);
        assertThat(log.stats().locked()).isEqualTo(Map.of(ID_A, before.size()));
        assertThat(log.stats().lockedRecords()).isEqualTo(next - 1);
        assertThat(log.stats().corruptRecords()).isZero();
      }
      assertThat(files(".seg")).doesNotContainAnyElementsOf(before);
      assertThat(files(".seg.locked")).hasSameSizeAs(before);
    }
  }

  @Test
  void withItsKeyBackWhatNoUplinkWasToldOfIsThereAgain() throws IOException {
    try (Log log = open(ONLY_A)) {
      log.cursor(UPLINK);
      append(log, 12);
    }
    try (Log log = open(ONLY_B)) {
      append(log, 2);
    }
    try (Log log = open(B_AFTER_A)) {
      assertThat(data(drain(log))).isEqualTo(written.keySet());
      assertThat(log.stats().locked()).isEmpty();
      append(log, 2);
      assertThat(data(drain(log))).isEqualTo(written.keySet());
    }
    assertThat(files(".locked")).isEmpty();
  }

  @Test
  void whatTheUplinkWasToldOfStaysAsideForPeople() throws IOException {
    try (Log log = open(ONLY_A)) {
      log.cursor(UPLINK);
      append(log, 12);
    }
    long next = written.lastKey() + 1;
    try (Log log = open(ONLY_B)) {
      append(log, 2);
      log.cursor(UPLINK).acknowledge(1, next - 1); // with the gap
      log.syncCursors();
    }
    int aside = files(".seg.locked").size();
    try (Log log = open(B_AFTER_A)) {
      assertThat(data(drain(log))).isEqualTo(written.tailMap(next).keySet());
      assertThat(Plant.gaps(drain(log))).hasSize(1);
      assertThat(log.stats().locked()).as("no key is missing").isEmpty();
    }
    assertThat(files(".seg.locked")).hasSize(aside);
  }

  @Test
  void onlyTheSegmentsOfTheMissingKeyAreLost() throws IOException {
    try (Log log = open(ONLY_A)) {
      log.cursor(UPLINK);
      append(log, 4);
    }
    long firstOfB = written.lastKey() + 1;
    try (Log log = open(B_AFTER_A)) {
      append(log, 4);
    }
    long firstOfLast = written.lastKey() + 1;
    try (Log log = open(Keys.of(A, List.of(B)))) {
      append(log, 4);
    }
    for (int start = 0; start < 2; start++) {
      try (Log log = open(ONLY_A)) {
        TreeMap<Long, StoredRecord> found = drain(log);
        assertThat(data(found)).containsAll(written.headMap(firstOfB).keySet());
        assertThat(data(found)).containsAll(written.tailMap(firstOfLast).keySet());
        assertThat(data(found))
            .doesNotContainAnyElementsOf(written.subMap(firstOfB, firstOfLast).keySet());
        assertThat(Plant.gaps(found))
            .containsOnly(new Plant.Gap(firstOfB, firstOfLast - 1, 0, Loss.Cause.KEY, ""));
      }
    }
  }

  @Test
  void lockedSegmentsGoFirstWhenTheBoundIsReached() throws IOException {
    try (Log log = open(ONLY_A)) {
      log.cursor(UPLINK);
      append(log, 18);
    }
    long next = written.lastKey() + 1;
    int locked = files(".seg").size();
    assertThat(locked).isEqualTo(6);
    try (Log log = open(ONLY_B)) {
      append(log, 3);
      assertThat(files(".locked").size()).isBetween(1, locked);
      append(log, 9);
      TreeMap<Long, StoredRecord> found = drain(log);
      assertThat(data(found)).isEqualTo(written.tailMap(next).keySet());
      assertThat(plant.files.used()).isLessThanOrEqualTo(plant.options.maxBytes() + 2 * 4096);
      assertThat(files(".locked").size()).isLessThan(locked);
      append(log, 18);
      assertThat(Plant.gaps(drain(log))).extracting(Plant.Gap::cause).contains(Loss.Cause.BYTES);
      assertThat(files(".locked")).isEmpty();
      assertThat(log.stats().locked()).isEmpty();
    }
  }

  @Test
  void onAFullDiskLockedSegmentsMakeRoom() throws IOException {
    try (Log log = open(ONLY_A)) {
      log.cursor(UPLINK);
      append(log, 12);
    }
    long next = written.lastKey() + 1;
    plant.files.capacity(plant.files.used());
    Log log = open(ONLY_B);
    assertThat(log.owes()).as("what cannot be read made room to say so").isFalse();
    append(log, 1);
    assertThat(Plant.gaps(drain(log))).contains(new Plant.Gap(1, next - 1, 0, Loss.Cause.KEY, ""));
    plant.files = plant.files.afterCrash();
    try (Log again = open(ONLY_B)) {
      assertThat(data(drain(again))).isEqualTo(written.tailMap(next).keySet());
    }
  }

  @Test
  void aPowerCutBeforeTheLossIsAnnouncedLendsNoSeqAgain() throws IOException {
    try (Log log = open(ONLY_A)) {
      log.cursor(UPLINK);
      append(log, 12);
    }
    long next = written.lastKey() + 1;
    for (MemoryFiles.Op op : MemoryFiles.Op.values()) {
      MemoryFiles whole = plant.files.afterKill();
      plant.files.hook(
          (step, path) -> {
            if (step == op && !path.toString().endsWith(".cursor")) {
              throw new IOException("injected");
            }
          });
      try {
        Log dies = open(ONLY_B);
        assertThat(dies.next()).isGreaterThanOrEqualTo(next);
      } catch (IOException e) {
        assertThat(e.getMessage()).containsAnyOf("injected", "nothing was changed");
      }
      plant.files = plant.files.afterCrash();
      try (Log log = open(ONLY_B)) {
        assertThat(log.next()).as("after a failing %s", op).isGreaterThanOrEqualTo(next);
        assertThat(Plant.gaps(drain(log)))
            .anyMatch(gap -> gap.names(1) && gap.names(next - 1) && gap.cause() == Loss.Cause.KEY);
      }
      plant.files = whole;
    }
  }

  @Test
  void aFullDiskTakesLockedSegmentsOnlyAsItNeedsThem() throws IOException {
    plant.options =
        new LogOptions(
            Plant.DIRECTORY,
            64L * Plant.SEGMENT,
            plant.options.maxAge(),
            Plant.SEGMENT,
            4 * Plant.SEGMENT);
    try (Log log = open(ONLY_A)) {
      log.cursor(UPLINK);
      append(log, 30);
    }
    try (Log log = open(ONLY_B)) {
      append(log, 9);
      int before = files(".locked").size();
      assertThat(before).isGreaterThanOrEqualTo(10);
      plant.files.capacity(plant.files.used());
      int locked = before;
      while (locked > 0) {
        append(log, 1);
        int left = files(".locked").size();
        assertThat(locked - left).as("gone for one commit").isBetween(0, 2);
        if (left > 2) {
          assertThat(log.stats().evictedRecords()).as("as long as there are such").isZero();
        }
        locked = left;
      }
    }
  }
}
