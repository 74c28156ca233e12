package dev.sluice.gateway.outbox.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Files of segments that nobody needs any more become other segments. */
class ReuseTest {

  private static final String UPLINK = "cloud";

  private final Plant plant = new Plant();
  private long payload = 1;

  /** Seven commits of a page fill a segment. */
  private void fillSegment(Log log) throws IOException {
    for (int i = 0; i < 7; i++) {
      log.commit(List.of(Plant.entry(payload++, 1_000)));
    }
  }

  private long files(String suffix) {
    return plant.files.contents().keySet().stream()
        .filter(path -> path.toString().endsWith(suffix))
        .count();
  }

  @Test
  void whileEverybodyHasItAllTwoFilesTakeTurnsAndNoneIsMade() throws IOException {
    try (Log log = plant.open()) {
      Cursor cursor = log.cursor(UPLINK);
      List<Path> made = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        if (i == 5) {
          plant.files.hook(
              (op, path) -> {
                if (op == MemoryFiles.Op.CREATE || op == MemoryFiles.Op.DELETE) {
                  made.add(path);
                }
              });
        }
        fillSegment(log);
        cursor.acknowledge(1, log.next() - 1);
        log.syncCursors();
      }
      assertThat(made).isEmpty();
      assertThat(log.stats().reusedSegments()).isGreaterThan(35);
      assertThat(log.stats().bytes()).isLessThanOrEqualTo(3L * Plant.SEGMENT);
    }
  }

  /** In a file that was made, its length tells; in one of another life old bytes lie behind. */
  @Test
  void aWriteThatAKillCutsOffIsNamedOnlyWhereItMayHaveBeenDurable() throws IOException {
    for (boolean again : new boolean[] {false, true}) {
      Plant one = new Plant();
      long before = 0;
      try (Log log = one.open()) {
        Cursor cursor = log.cursor(UPLINK);
        for (int i = 0; i < (again ? 3 : 0); i++) {
          fillSegment(log);
          cursor.acknowledge(1, log.next() - 1);
          log.syncCursors();
        }
        log.commit(List.of(Plant.entry(payload++, 100)));
        assertThat(log.stats().reusedSegments() > 0).isEqualTo(again);
        before = log.next();
        boolean[] dead = {false};
        one.files.hook(
            (op, path) -> {
              dead[0] |= op == MemoryFiles.Op.WRITE;
              if (dead[0]) {
                throw new IOException("killed"); // half of it was written
              }
            });
        assertThatThrownBy(() -> log.commit(Plant.entries(payload, 12, 1_000)))
            .hasMessage("killed");
        one.files = one.files.afterKill();
      } catch (IOException closing) {
        assertThat(closing).hasMessage("killed");
      }
      try (Log log = one.open()) {
        List<Plant.Gap> gaps = Plant.gaps(Plant.drain(log, log.cursor(UPLINK)));
        assertThat(gaps)
            .isEqualTo(
                again
                    ? List.of(new Plant.Gap(before, before + 11, 0, Loss.Cause.CORRUPT, ""))
                    : List.of());
      }
    }
  }

  @Test
  void atItsBoundTheOldestFileIsWrittenOverOnceItsLossIsAnnounced() throws IOException {
    try (Log log = plant.open()) {
      Cursor cursor = log.cursor(UPLINK);
      for (int i = 0; i < 12; i++) {
        fillSegment(log);
      }
      long reused = log.stats().reusedSegments();
      List<Path> made = new ArrayList<>();
      plant.files.hook(
          (op, path) -> {
            if (op == MemoryFiles.Op.CREATE && !path.toString().contains(".cursor")) {
              made.add(path);
            }
          });
      for (int i = 0; i < 30; i++) {
        fillSegment(log);
        assertThat(log.stats().bytes()).isLessThanOrEqualTo(plant.options.maxBytes());
      }
      assertThat(made).as("no file but those that are there").isEmpty();
      assertThat(log.stats().reusedSegments()).isGreaterThanOrEqualTo(reused + 30);
      TreeMap<Long, StoredRecord> left = Plant.drain(log, cursor);
      List<Plant.Gap> gaps = Plant.gaps(left);
      for (long seq = 1; seq < log.next(); seq++) {
        long wanted = seq;
        assertThat(left.containsKey(seq) || gaps.stream().anyMatch(gap -> gap.names(wanted)))
            .as("seq %d is there or named", seq)
            .isTrue();
      }
    }
  }

  @Test
  void aFileIsNotTouchedBeforeTheCursorFileSaysThatEverybodyHasIt() throws IOException {
    try (Log log = plant.open()) {
      Cursor cursor = log.cursor(UPLINK);
      for (int i = 0; i < 4; i++) {
        fillSegment(log);
      }
      cursor.acknowledge(1, log.next() - 1);
      plant.files.hook(
          (op, path) -> {
            if (op == MemoryFiles.Op.FORCE && path.toString().contains(".cursor")) {
              throw new IOException("injected");
            }
          });
      assertThat(log.syncCursors()).isFalse();
      assertThat(files(Spares.SUFFIX)).isZero();
      plant.files.hook((op, path) -> {});
      assertThat(log.syncCursors()).isTrue();
      assertThat(files(Spares.SUFFIX)).as("one is enough where all is delivered").isEqualTo(1);
      assertThat(files(".seg")).isEqualTo(1);
    }
  }

  @Test
  void aSpareFileIsFoundAgainByTheNextProcess() throws IOException {
    try (Log log = plant.open()) {
      Cursor cursor = log.cursor(UPLINK);
      for (int i = 0; i < 4; i++) {
        fillSegment(log);
      }
      cursor.acknowledge(1, log.next() - 1);
      log.syncCursors();
    }
    assertThat(files(Spares.SUFFIX)).isEqualTo(1);
    plant.files = plant.files.afterCrash();
    try (Log log = plant.open()) {
      fillSegment(log);
      fillSegment(log);
      assertThat(log.stats().reusedSegments()).isEqualTo(1);
      assertThat(Plant.drain(log, log.cursor(UPLINK))).hasSize(14);
    }
  }

  @Test
  void aNewStreamBeginsInNewFiles() throws IOException {
    aSpareFileIsFoundAgainByTheNextProcess();
    plant.files.contents().keySet().stream()
        .filter(path -> !path.toString().endsWith(Spares.SUFFIX))
        .forEach(this::delete);
    try (Log log = plant.open()) {
      fillSegment(log);
      assertThat(log.stats().reusedSegments()).isZero();
      assertThat(files(Spares.SUFFIX)).isZero();
    }
  }

  private void delete(Path path) {
    try {
      plant.files.delete(path);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Each leaves a segment behind with next to nothing in it. */
  @Test
  void aThousandStartsAfterPowerCutsWithTheUplinkDownForceNothingOut() throws IOException {
    Random random = new Random(Plant.seed());
    plant.options =
        new LogOptions(Plant.DIRECTORY, 16 << 20, Duration.ofDays(30), 256 * 1024, 1 << 20);
    try (Log log = plant.open()) {
      Cursor cursor = log.cursor(UPLINK);
      for (int i = 0; i < 100; i++) {
        fillSegment(log);
        cursor.acknowledge(1, log.next() - 1);
        log.syncCursors();
      }
      assertThat(log.stats().reusedSegments()).isPositive();
      plant.files = plant.files.afterCrash();
    }
    int starts = 1_000;
    List<Long> durable = new ArrayList<>();
    for (int i = 0; i < starts; i++) {
      Log log = plant.open();
      durable.add(log.commit(List.of(Plant.entry(payload++, 1_000))));
      assertThat(log.stats().evictedRecords()).as("at start %d", i).isZero();
      plant.files = random.nextBoolean() ? plant.files.afterKill() : plant.files.afterCrash(random);
    }
    try (Log log = plant.open()) {
      TreeMap<Long, StoredRecord> left = Plant.drain(log, log.cursor(UPLINK));
      assertThat(left.keySet()).containsAll(durable);
      assertThat(log.stats().bytes()).isLessThan(plant.options.maxBytes());
    }
  }

  @Test
  void withoutAByteLeftItDrainsForcesOutAndGoesOn() throws IOException {
    try (Log log = plant.open()) {
      log.cursor(UPLINK);
      for (int i = 0; i < 5; i++) {
        fillSegment(log);
      }
      log.syncCursors();
    }
    plant.files.capacity(plant.files.used());
    try (Log log = plant.open()) {
      Cursor cursor = log.cursor(UPLINK);
      for (int i = 0; i < 40; i++) {
        commit(log);
      }
      assertThat(log.stats().evictedRecords()).isPositive();
      TreeMap<Long, StoredRecord> left = Plant.drain(log, cursor);
      List<Plant.Gap> gaps = Plant.gaps(left);
      for (long seq = 1; seq < log.next(); seq++) {
        long wanted = seq;
        assertThat(left.containsKey(seq) || gaps.stream().anyMatch(gap -> gap.names(wanted)))
            .as("seq %d is there or named", seq)
            .isTrue();
      }
      cursor.acknowledge(1, log.next() - 1);
      assertThat(log.syncCursors()).as("the cursor is written where it is").isTrue();
      assertThat(log.stats().segments()).isEqualTo(1);
      plant.files = plant.files.afterCrash();
    }
    try (Log log = plant.open()) {
      assertThat(Plant.drain(log, log.cursor(UPLINK))).isEmpty();
    }
  }

  /** As the writing thread does it. */
  private void commit(Log log) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        log.commit(List.of(Plant.entry(payload++, 1_000)));
        return;
      } catch (DiskFullException e) {
        assertThat(attempt).isLessThan(4);
        log.makeRoom();
      }
    }
  }

  @Test
  void aSpareFileThatCannotBeTakenIsNotForgotten() throws IOException {
    for (MemoryFiles.Op failing : List.of(MemoryFiles.Op.RENAME, MemoryFiles.Op.OPEN)) {
      for (boolean full : new boolean[] {false, true}) {
        for (boolean deletes : new boolean[] {true, false}) {
          takingFails(failing, full, deletes);
        }
      }
    }
  }

  private void takingFails(MemoryFiles.Op failing, boolean full, boolean deletes)
      throws IOException {
    plant.files = new MemoryFiles();
    payload = 1;
    try (Log log = plant.open()) {
      Cursor cursor = log.cursor(UPLINK);
      for (int episode = 0; episode < 4; episode++) {
        for (int i = 0; i < 5; i++) {
          fillSegment(log);
          cursor.acknowledge(1, log.next() - 1);
          log.syncCursors();
        }
        plant.files.hook(
            (op, path) -> {
              boolean segment = path.toString().contains(".seg");
              if (segment && (op == failing || op == MemoryFiles.Op.CREATE)) {
                throw full ? new DiskFullException("injected", null) : new IOException("injected");
              }
              if (segment && op == MemoryFiles.Op.DELETE && !deletes) {
                throw new IOException("injected");
              }
            });
        int failed = 0;
        for (int i = 0; i < 20; i++) {
          try {
            log.commit(List.of(Plant.entry(payload++, 1_000)));
          } catch (IOException e) {
            failed++;
          }
        }
        assertThat(failed).isPositive();
        countsWhatIsThere(log);
        plant.files.hook((op, path) -> {});
        fillSegment(log);
        cursor.acknowledge(1, log.next() - 1);
        log.syncCursors();
        countsWhatIsThere(log);
        assertThat(files(".seg")).isEqualTo(log.stats().segments());
      }
    }
  }

  private void countsWhatIsThere(Log log) {
    long there =
        plant.files.contents().entrySet().stream()
            .filter(file -> file.getKey().toString().contains(".seg"))
            .mapToLong(file -> file.getValue().length)
            .sum();
    assertThat(log.stats().bytes()).isEqualTo(there);
  }
}
