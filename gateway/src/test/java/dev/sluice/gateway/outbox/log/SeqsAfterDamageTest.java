package dev.sluice.gateway.outbox.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Whatever is damaged, no seq is used for two records, and what is lost is named once. */
class SeqsAfterDamageTest extends DamageRig {

  @Test
  void aTailWhoseHeaderIsGoneNeverLendsItsSeqsAgain() throws IOException {
    Map<Path, byte[]> contents = fill(24, false);
    Path tail = newest(contents);
    byte[] bytes = contents.get(tail).clone();
    Arrays.fill(bytes, 0, 4096, (byte) 0xAA);
    contents.put(tail, bytes);
    Plant plant = Plant.of(contents);
    try (Log log = plant.open()) {
      assertThat(log.next()).isGreaterThan(written.lastKey());
      lossIsNamed(Plant.drain(log, log.cursor(UPLINK)));
      assertThat(log.commit(Plant.entries(9, 1, 9))).isGreaterThan(written.lastKey());
    }
  }

  @Test
  void aTailWhoseFirstPageReadsAsZerosIsDamageAndNotEmpty() throws IOException {
    Map<Path, byte[]> contents = fill(24, false);
    Path tail = newest(contents);
    byte[] bytes = contents.get(tail).clone();
    Arrays.fill(bytes, 0, 4096, (byte) 0);
    contents.put(tail, bytes);
    Path empty = Plant.DIRECTORY.resolve("0000000099-00000000000000000999.seg");
    contents.put(empty, new byte[100_000]);
    Plant plant = Plant.of(contents);
    try (Log log = plant.open()) {
      assertThat(log.next()).isGreaterThan(written.lastKey()).isLessThan(10_000);
      lossIsNamed(Plant.drain(log, log.cursor(UPLINK)));
      assertThat(log.stats().damagedFiles()).isEqualTo(1);
    }
    assertThat(plant.files.contents()).doesNotContainKey(empty);
  }

  @Test
  void aDamagedLastCommitNeverLendsItsSeqsAgain() throws IOException {
    Map<Path, byte[]> contents = fill(3, false, 60);
    Path tail = newest(contents);
    byte[] bytes = contents.get(tail).clone();
    bytes[3 * 4096 + 100] ^= 1; // behind the header of the last commit
    contents.put(tail, bytes);
    long next;
    Plant plant = Plant.of(contents);
    try (Log log = plant.open()) {
      lossIsNamed(Plant.drain(log, log.cursor(UPLINK)));
      next = log.commit(Plant.entries(9, 1, 9));
      assertThat(next).isGreaterThan(written.lastKey());
    }
    Plant failing = Plant.of(contents);
    failing.files.hook(
        (op, path) -> {
          if (op == MemoryFiles.Op.CREATE) {
            throw new IOException("injected");
          }
        });
    Log dies = failing.open();
    assertThat(dies.owes()).isTrue();
    failing.files = failing.files.afterCrash();
    try (Log log = failing.open()) {
      lossIsNamed(Plant.drain(log, log.cursor(UPLINK)));
      assertThat(log.next()).as("also after a second crash").isGreaterThan(written.lastKey());
    }
  }

  @Test
  void cursorsWithoutAnySegmentAreALossThatIsNamed() throws IOException {
    Map<Path, byte[]> contents = fill(24, true);
    contents.keySet().removeIf(path -> path.toString().endsWith(".seg"));
    Plant plant = Plant.of(contents);
    plant.clock.millis += 5;
    try (Log log = plant.open()) {
      TreeMap<Long, StoredRecord> found = Plant.drain(log, log.cursor(UPLINK));
      assertThat(Plant.gaps(found)).containsExactly(new Plant.Gap(0, 0, 0, Loss.Cause.CORRUPT, ""));
    }
  }

  @Test
  void withoutAnyWholeSegmentANewStreamBeginsAndSaysSo() throws IOException {
    Map<Path, byte[]> contents = fill(3, true);
    Path tail = newest(contents);
    byte[] bytes = contents.get(tail).clone();
    Arrays.fill(bytes, 0, 4096, (byte) 0x55);
    contents.put(tail, bytes);
    Plant plant = Plant.of(contents);
    plant.clock.millis += 5;
    try (Log log = plant.open()) {
      TreeMap<Long, StoredRecord> found = Plant.drain(log, log.cursor(UPLINK));
      assertThat(Plant.gaps(found)).containsExactly(new Plant.Gap(0, 0, 0, Loss.Cause.CORRUPT, ""));
      assertThat(log.stats().lostCursors()).isEqualTo(1);
      assertThat(log.stats().damagedFiles()).isEqualTo(1);
    }
  }

  @Test
  void whatWasHandedOutIsNotNumberedAgainWhenTheTailLosesIt() throws IOException {
    Plant plant = new Plant();
    Log log = plant.open();
    Cursor cursor = log.cursor(UPLINK);
    log.commit(Plant.entries(1, 5, 50));
    log.commit(Plant.entries(6, 5, 50));
    Plant.drain(log, cursor);
    log.syncCursors();
    Map<Path, byte[]> contents = plant.files.contents();
    Path tail = newest(contents);
    contents.put(tail, Arrays.copyOf(contents.get(tail), 8192));
    Plant cut = Plant.of(contents);
    try (Log again = cut.open()) {
      TreeMap<Long, StoredRecord> found = Plant.drain(again, again.cursor(UPLINK));
      assertThat(found.headMap(6L).keySet()).containsExactly(1L, 2L, 3L, 4L, 5L);
      assertThat(Plant.gaps(found))
          .containsExactly(new Plant.Gap(6, 10, 0, Loss.Cause.CORRUPT, ""));
      assertThat(again.commit(Plant.entries(50, 1, 50))).isEqualTo(12);
    }
  }

  /** A hole that closes over damage which was named would be waited for, and never named again. */
  @Test
  void aHoleOverDamageThatWasDeliveredStaysClosed() throws IOException {
    Plant plant = new Plant();
    plant.options =
        new LogOptions(Plant.DIRECTORY, 64L << 20, Duration.ofDays(30), 8 << 20, 1 << 20);
    try (Log log = plant.open()) {
      Cursor cursor = log.cursor(UPLINK);
      for (int i = 1; i <= 700; i++) {
        log.commit(List.of(Plant.entry(i, 1_000)));
      }
      Path segment =
          plant.files.contents().keySet().stream()
              .filter(path -> path.toString().endsWith(".seg"))
              .findFirst()
              .orElseThrow();
      plant.files.change(
          segment,
          bytes -> {
            bytes[300 * 4096 + 500] ^= 1; // in the commit of seq 300, behind the page of the header
            return bytes;
          });
      TreeMap<Long, StoredRecord> left = Plant.drain(log, cursor);
      assertThat(left).doesNotContainKey(300L);
      assertThat(Plant.gaps(left)).hasSize(1);
      cursor.acknowledge(left.lastKey(), left.lastKey());
      cursor.acknowledge(300, 300); // with its gap
      for (long seq = 2; seq <= 690; seq += 5) {
        if (seq > 302 || seq + 2 < 299) {
          cursor.acknowledge(seq, seq + 1);
        }
      }
      assertThat(log.stats().cursorMerges()).isPositive();
      for (long seq : Plant.drain(log, cursor).keySet()) {
        cursor.acknowledge(seq, seq);
      }
      assertThat(cursor.low()).isEqualTo(log.next());
    }
  }
}
