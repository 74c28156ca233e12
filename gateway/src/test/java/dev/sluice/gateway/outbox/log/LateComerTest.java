package dev.sluice.gateway.outbox.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** An uplink that begins with the oldest record hears of what went from between before its time. */
class LateComerTest {

  private static final String FIRST = "cloud";
  private static final String LATE = "local";

  private final Plant plant = new Plant();

  /** Of four segments the second and third are gone, as the only uplink had all of it. */
  private static void freeTheMiddle(Log log) throws IOException {
    log.join(Map.of(FIRST, false));
    for (int n = 1; n <= 24; n++) {
      log.commit(List.of(Plant.entry(n, 1000)));
    }
    Cursor first = log.cursor(FIRST);
    first.acknowledge(8, 24);
    assertThat(log.syncCursors()).isTrue();
    assertThat(log.stats().oldest()).isEqualTo(1);
  }

  private static TreeMap<Long, StoredRecord> data(TreeMap<Long, StoredRecord> found) {
    TreeMap<Long, StoredRecord> data = new TreeMap<>(found);
    data.values().removeIf(record -> record.kind() == Plant.GAP);
    return data;
  }

  private static void assertAllNamed(TreeMap<Long, StoredRecord> found, long end) {
    List<Plant.Gap> gaps = Plant.gaps(found);
    TreeMap<Long, StoredRecord> data = data(found);
    for (long seq = 1; seq < end; seq++) {
      long one = seq;
      boolean named = gaps.stream().anyMatch(gap -> gap.concerns(LATE) && gap.names(one));
      assertThat(named)
          .as("seq %d named, for it is not there", seq)
          .isEqualTo(!data.containsKey(seq));
    }
  }

  @Test
  void whatEverybodyHadIsNamedToTheNewOneAndIsNoDamage() throws IOException {
    try (Log log = plant.open()) {
      freeTheMiddle(log);
      assertThat(log.join(Map.of(LATE, false))).isTrue();
      long end = log.next();
      TreeMap<Long, StoredRecord> found = Plant.drain(log, log.cursor(LATE));
      assertThat(data(found)).as("something went").hasSize(10);
      assertAllNamed(found, 25);
      assertThat(Plant.gaps(found)).allMatch(gap -> gap.cause() == Loss.Cause.START);
      assertThat(log.next()).as("nothing more was announced").isEqualTo(end);
      assertThat(log.stats().corruptRecords()).isZero();
    }
  }

  @Test
  void itIsNamedThroughAPowerCutAsSoonAsItHasJoinedAndIsNoDamageThen() throws IOException {
    try (Log log = plant.open()) {
      freeTheMiddle(log);
      assertThat(log.join(Map.of(LATE, false))).isTrue();
      plant.files = plant.files.afterCrash();
    }
    try (Log again = plant.open()) {
      assertThat(again.uplinks()).contains(LATE);
      TreeMap<Long, StoredRecord> found = Plant.drain(again, again.cursor(LATE));
      assertAllNamed(found, 25);
      assertThat(Plant.gaps(found)).allMatch(gap -> gap.cause() == Loss.Cause.START);
      assertThat(again.stats().corruptRecords()).isZero();
    }
  }

  @Test
  void whatWentBeforeARestartIsNamedToWhoComesAfterIt() throws IOException {
    try (Log log = plant.open()) {
      freeTheMiddle(log);
    }
    try (Log again = plant.open()) {
      assertThat(again.join(Map.of(LATE, false))).isTrue();
      TreeMap<Long, StoredRecord> found = Plant.drain(again, again.cursor(LATE));
      assertThat(data(found)).as("something went").hasSize(10);
      assertAllNamed(found, 25);
      assertThat(Plant.gaps(found)).allMatch(gap -> gap.cause() == Loss.Cause.START);
      assertThat(again.stats().corruptRecords()).isZero();
    }
  }

  @Test
  void damageThatWasNamedBeforeARestartIsNotNamedTwice() throws IOException {
    try (Log log = plant.open()) {
      log.join(Map.of(FIRST, false));
      for (int n = 1; n <= 24; n++) {
        log.commit(List.of(Plant.entry(n, 1000)));
      }
    }
    plant.files.delete(segments().get(1));
    long next;
    try (Log log = plant.open()) {
      assertThat(Plant.gaps(Plant.drain(log, log.cursor(FIRST)))).hasSize(1);
      next = log.next();
    }
    try (Log again = plant.open()) {
      assertThat(Plant.gaps(Plant.drain(again, again.cursor(FIRST)))).hasSize(1);
      assertThat(again.next()).isEqualTo(next);
      assertThat(again.stats().corruptRecords()).isZero();
    }
  }

  private List<Path> segments() {
    return plant.files.contents().keySet().stream()
        .filter(path -> path.toString().endsWith(".seg"))
        .sorted()
        .toList();
  }

  @Test
  void whatIsDamagedAndNamedBeforeItCameIsNamedToItToo() throws IOException {
    try (Log log = plant.open()) {
      log.join(Map.of(FIRST, false));
      for (int n = 1; n <= 24; n++) {
        log.commit(List.of(Plant.entry(n, 1000)));
      }
      log.missing(new LogReader.Hole(3, 4, 2));
      log.commit(List.of());
      Cursor first = log.cursor(FIRST);
      first.acknowledge(1, log.next() - 1);
      assertThat(log.join(Map.of(LATE, false))).isTrue();
      List<Plant.Gap> gaps = Plant.gaps(Plant.drain(log, log.cursor(LATE)));
      assertThat(gaps)
          .filteredOn(gap -> gap.uplink().equals(LATE))
          .anyMatch(gap -> gap.first() == 3 && gap.last() == 4);
    }
  }

  @Test
  void whatSomebodyStillWantsAndIsGoneIsDamageForBoth() throws IOException {
    try (Log log = plant.open()) {
      log.join(Map.of(FIRST, false));
      for (int n = 1; n <= 24; n++) {
        log.commit(List.of(Plant.entry(n, 1000)));
      }
    }
    plant.files.delete(segments().get(1));
    try (Log again = plant.open()) {
      assertThat(again.join(Map.of(LATE, false))).isTrue();
      assertThat(again.stats().corruptRecords()).isPositive();
      for (String uplink : List.of(FIRST, LATE)) {
        TreeMap<Long, StoredRecord> found = Plant.drain(again, again.cursor(uplink));
        List<Plant.Gap> gaps = Plant.gaps(found);
        for (long seq = 1; seq <= 24; seq++) {
          long one = seq;
          assertThat(
                  found.containsKey(seq)
                      || gaps.stream().anyMatch(gap -> gap.concerns(uplink) && gap.names(one)))
              .as("seq %d of %s", seq, uplink)
              .isTrue();
        }
      }
    }
  }
}
