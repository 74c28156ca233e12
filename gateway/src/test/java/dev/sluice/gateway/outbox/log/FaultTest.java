package dev.sluice.gateway.outbox.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * The disk fails at every step of a life, once or until it heals; the power fails at every step.
 */
class FaultTest {

  private static final String UPLINK = "cloud";

  private static int steps(MemoryFiles.Op op) throws IOException {
    Life life = new Life();
    int[] steps = new int[1];
    life.plant.files.hook((found, path) -> steps[0] += found == op ? 1 : 0);
    life.run();
    return steps[0];
  }

  private static void sweep(MemoryFiles.Op op, boolean full, int failures) throws IOException {
    int steps = steps(op);
    assertThat(steps).as("%s happens", op).isPositive();
    int stride = Plant.thorough() ? 1 : Math.max(1, steps / 60);
    for (int k = 1; k <= steps; k += stride) {
      Life life = new Life();
      int from = k;
      int[] seen = new int[1];
      life.plant.files.hook(
          (found, path) -> {
            if (found == op && ++seen[0] >= from && seen[0] < from + failures) {
              throw full
                  ? new DiskFullException("injected: no space left", null)
                  : new IOException("injected");
            }
          });
      try {
        life.run();
        life.plant.files.hook((found, path) -> {});
        Plant cut = new Plant();
        cut.files = life.plant.files.afterCrash();
        life.check(cut, life.durable.keySet());
        life.check(life.plant, life.durable.keySet());
      } catch (IOException | AssertionError | RuntimeException e) {
        throw new AssertionError(op + " number " + k + ", failing " + failures + " times", e);
      }
    }
  }

  @Test
  void anErrorAtAnyStepLosesNothing() throws IOException {
    for (MemoryFiles.Op op : MemoryFiles.Op.values()) {
      sweep(op, false, 1);
    }
  }

  @Test
  void errorsUntilTheDiskHealsLoseNothing() throws IOException {
    for (MemoryFiles.Op op : MemoryFiles.Op.values()) {
      sweep(op, false, 12);
    }
  }

  @Test
  void aFullDiskAtAnyStepLosesNothingUnnamed() throws IOException {
    for (MemoryFiles.Op op :
        List.of(
            MemoryFiles.Op.CREATE,
            MemoryFiles.Op.WRITE,
            MemoryFiles.Op.FORCE,
            MemoryFiles.Op.RENAME,
            MemoryFiles.Op.FORCE_DIRECTORY)) {
      sweep(op, true, 1);
      sweep(op, true, 12);
    }
  }

  @Test
  void aFileThatFailedIsNeverWrittenOrForcedAgain() throws IOException {
    for (MemoryFiles.Op failing : List.of(MemoryFiles.Op.WRITE, MemoryFiles.Op.FORCE)) {
      Plant plant = new Plant();
      try (Log log = plant.open()) {
        Set<Path> failed = new HashSet<>();
        int[] steps = new int[1];
        plant.files.hook(
            (op, path) -> {
              if (op == MemoryFiles.Op.WRITE || op == MemoryFiles.Op.FORCE) {
                assertThat(failed).doesNotContain(path);
              }
              if (op == failing && ++steps[0] % 3 == 0) {
                failed.add(path);
                throw new IOException("injected");
              }
            });
        for (int n = 1; n <= 20; n++) {
          List<Entry> one = List.of(Plant.entry(n, 100));
          long seq = 0;
          while (seq == 0) {
            try {
              seq = log.commit(one);
            } catch (IOException e) {
              assertThat(log.working()).isFalse();
            }
          }
          assertThat(seq).isEqualTo(n);
        }
        assertThat(failed).hasSizeGreaterThan(5);
        assertThat(log.stats().poisonedSegments()).isEqualTo(failed.size());
        plant.files.hook((op, path) -> {});
        assertThat(Plant.drain(log, log.cursor(UPLINK))).hasSize(20);
      }
    }
  }

  @Test
  void aDiskWithABoundOfItsOwnKeepsTheNewestAndNamesTheRest() throws IOException {
    Life life = new Life();
    life.plant.files.hook(
        (op, path) -> {
          long used =
              op == MemoryFiles.Op.WRITE || op == MemoryFiles.Op.CREATE
                  ? life.plant.files.contents().values().stream().mapToLong(b -> b.length).sum()
                  : 0;
          if (used > 3L * Plant.SEGMENT) {
            throw new DiskFullException("injected: no space left", null);
          }
        });
    life.run();
    life.plant.files.hook((op, path) -> {});
    life.check(life.plant, life.durable.keySet());
  }

  @Test
  void aPowerCutOrKillAtAnyStepLosesNothingThatWasDurable() throws IOException {
    Random random = new Random(Plant.seed());
    Life life = new Life();
    List<MemoryFiles> left = new ArrayList<>();
    List<Set<Long>> promised = new ArrayList<>();
    life.plant.files.hook(
        (op, path) -> {
          if (op == MemoryFiles.Op.READ || op == MemoryFiles.Op.OPEN) {
            return; // changes nothing
          }
          Set<Long> until = new TreeSet<>(life.durable.keySet());
          for (MemoryFiles files :
              List.of(
                  life.plant.files.afterCrash(),
                  life.plant.files.afterCrash(random),
                  life.plant.files.afterKill())) {
            left.add(files);
            promised.add(until);
          }
          while (left.size() > 60) {
            check(life, left, promised);
          }
        });
    life.run();
    assertThat(life.reused).as("segments that were files of others before").isPositive();
    while (!left.isEmpty()) {
      check(life, left, promised);
    }
  }

  private static void check(Life life, List<MemoryFiles> left, List<Set<Long>> promised)
      throws IOException {
    Plant plant = new Plant();
    plant.files = left.remove(0);
    life.check(plant, promised.remove(0));
  }

  @Test
  void aFileIsWrittenOverAlsoWhenAReaderHasItOpen() throws IOException {
    Plant plant = new Plant();
    try (Log log = plant.open()) {
      Cursor cursor = log.cursor(UPLINK);
      for (int n = 1; n <= 30; n++) {
        log.commit(List.of(Plant.entry(n, 3_000)));
      }
      try (LogReader reader = log.reader(cursor)) {
        assertThat(reader.read(0, 1).records()).hasSize(1);
        List<MemoryFiles.Op> steps = new ArrayList<>();
        plant.files.hook((op, path) -> steps.add(op));
        assertThat(log.makeRoom()).isTrue();
        assertThat(steps).contains(MemoryFiles.Op.RENAME).doesNotContain(MemoryFiles.Op.DELETE);
        long oldest = log.stats().oldest();
        assertThat(oldest).isGreaterThan(2);
        while (log.stats().reusedSegments() == 0) {
          log.commit(List.of(Plant.entry(99, 3_000)));
        }
        LogReader.Read read = reader.read(2, 1_000_000);
        assertThat(read.holes()).isEmpty();
        assertThat(read.records().get(0).seq()).isEqualTo(oldest);
      }
    }
  }

  @Test
  void aBadSectorIsPassedWhileTheDiskWorksOtherwise() throws IOException {
    Plant plant = new Plant();
    try (Log log = plant.open()) {
      Cursor cursor = log.cursor(UPLINK);
      for (int n = 1; n <= 20; n++) {
        log.commit(List.of(Plant.entry(n, 3_000)));
      }
      Path first =
          plant.files.contents().keySet().stream()
              .filter(path -> path.toString().endsWith(".seg"))
              .min(Path::compareTo)
              .orElseThrow();
      plant.files.hook(
          (op, path) -> {
            if (op == MemoryFiles.Op.READ && path.equals(first)) {
              throw new IOException("injected");
            }
          });
      TreeMap<Long, StoredRecord> found = new TreeMap<>();
      try (LogReader reader = log.reader(cursor)) {
        for (int i = 0; i < 30; i++) {
          try {
            LogReader.Read read = reader.read(found.isEmpty() ? 0 : found.lastKey() + 1, 100_000);
            read.holes().forEach(log::missing);
            read.records().forEach(record -> found.put(record.seq(), record));
            log.commit(List.of());
          } catch (IOException e) {
            assertThat(i).as("patience").isLessThan(SegmentReader.ATTEMPTS);
          }
        }
      }
      List<Plant.Gap> gaps = Plant.gaps(found);
      assertThat(gaps).hasSize(1);
      assertThat(gaps.get(0).cause()).isEqualTo(Loss.Cause.CORRUPT);
      for (long seq = 1; seq <= 20; seq++) {
        long one = seq;
        assertThat(found.containsKey(seq) != gaps.stream().anyMatch(g -> g.names(one))).isTrue();
      }
    }
  }
}
