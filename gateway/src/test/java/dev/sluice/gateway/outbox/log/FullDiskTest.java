package dev.sluice.gateway.outbox.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A disk without room: quiet, in order, and never two records of one number. */
class FullDiskTest {

  private static final String UPLINK = "cloud";

  private final Plant plant = new Plant();
  private long payload = 1;

  private void fillSegment(Log log) throws IOException {
    for (int i = 0; i < 7; i++) {
      log.commit(List.of(Plant.entry(payload++, 1_000)));
    }
  }

  @Test
  void noCommitFailsWhileThereAreFilesToWriteOverAndFewAttemptsAreMadeInVain() throws IOException {
    try (Log log = plant.open()) {
      Cursor cursor = log.cursor(UPLINK);
      for (int i = 0; i < 5; i++) {
        fillSegment(log);
      }
      log.syncCursors();
      plant.files.capacity(plant.files.used());
      assertThat(log.diskFull()).isFalse();
      long before = log.stats().bytes();
      for (int i = 0; i < 40; i++) {
        fillSegment(log); // an exception here is what this test is about
        assertThat(log.diskFull()).isTrue();
        assertThat(log.stats().bytes()).isLessThanOrEqualTo(before);
      }
      assertThat(log.stats().failures()).as("attempts in vain").isLessThanOrEqualTo(3);
      assertThat(log.stats().segments()).as("kept of five").isGreaterThanOrEqualTo(3);
      everySeqIsThereOrNamed(log, cursor);
      plant.files.capacity(Long.MAX_VALUE);
    }
  }

  /**
   * Others take every byte that is given back; now and then there is room for a while. Files end
   * where the next commit did not fit: written again, they must not want to be longer.
   */
  @Test
  void twoWholeFilesAreEnoughForEverWhateverOthersTake() throws IOException {
    int rounds = Plant.thorough() ? 2_000 : 40;
    long first = Plant.seed();
    for (long seed = first; seed < first + rounds; seed++) {
      staysAtWork(new Plant(), new Random(seed), "seed " + seed);
    }
  }

  private void staysAtWork(Plant one, Random random, String what) throws IOException {
    try (Log log = one.open()) {
      Cursor cursor = log.cursor(UPLINK);
      while (log.stats().segments() < 3) { // the one that grows does not count
        log.commit(List.of(irregular(random)));
      }
      log.syncCursors();
      boolean roomNowAndThen = random.nextBoolean();
      int until = 0;
      for (int i = 0; i < 600; i++) {
        if (roomNowAndThen && i % 20 == 19) {
          one.clock.pass(Duration.ofSeconds(61));
          one.files.hook((op, path) -> {});
          one.files.capacity(one.files.used() + 4096L * random.nextInt(12));
          until = i + 1 + random.nextInt(5);
        } else if (i == until) {
          one.files.capacity(one.files.used());
          one.files.hook((op, path) -> one.files.capacity(one.files.used()));
        }
        try {
          log.commit(List.of(irregular(random)));
        } catch (DiskFullException e) {
          throw new AssertionError(what + ", commit " + i + ": " + log.stats(), e);
        }
      }
      one.files.hook((op, path) -> {});
      one.files.capacity(Long.MAX_VALUE);
      everySeqIsThereOrNamed(log, cursor);
    }
  }

  private Entry irregular(Random random) {
    return Plant.entry(payload++, 100 + random.nextInt(6_000));
  }

  @Test
  void whatIsKeptForAPostMortemGoesBeforeRecordsDo() throws IOException {
    try (Log log = plant.open()) {
      log.cursor(UPLINK);
      for (int i = 0; i < 5; i++) {
        fillSegment(log);
      }
    }
    Path second = spoil(1);
    try (Log log = plant.open()) {
      Cursor cursor = log.cursor(UPLINK);
      assertThat(names()).contains(second.getFileName() + ".damaged");
      plant.files.capacity(plant.files.used());
      fillSegment(log);
      assertThat(names()).noneMatch(name -> name.endsWith(".damaged"));
      assertThat(log.stats().evictedRecords()).isZero();
      plant.files.capacity(Long.MAX_VALUE);
      everySeqIsThereOrNamed(log, cursor);
    }
  }

  @Test
  void aDamagedEndOfTheLogStaysUntilItsLossIsAnnounced() throws IOException {
    try (Log log = plant.open()) {
      log.cursor(UPLINK);
      fillSegment(log);
      fillSegment(log);
    }
    Path last = spoil(1);
    plant.files.capacity(plant.files.used());
    try (Log log = plant.open()) {
      assertThatThrownBy(() -> fillSegment(log)).isInstanceOf(DiskFullException.class);
      assertThat(names()).contains(last.getFileName().toString());
      plant.files.capacity(Long.MAX_VALUE);
      fillSegment(log);
      assertThat(names()).contains(last.getFileName() + ".damaged");
      everySeqIsThereOrNamed(log, log.cursor(UPLINK));
    }
  }

  /** Makes noise of one segment file, counted from the oldest. */
  private Path spoil(int number) {
    Path path = plant.files.contents().keySet().stream().sorted().toList().get(number);
    plant.files.change(
        path,
        bytes -> {
          new Random(1).nextBytes(bytes);
          return bytes;
        });
    return path;
  }

  private List<String> names() {
    return plant.files.contents().keySet().stream().map(p -> p.getFileName().toString()).toList();
  }

  @Test
  void onceAMinuteItSeesWhetherThereIsRoomAgain() throws IOException {
    try (Log log = plant.open()) {
      Cursor cursor = log.cursor(UPLINK);
      for (int i = 0; i < 3; i++) {
        fillSegment(log);
      }
      log.syncCursors();
      plant.files.capacity(plant.files.used());
      for (int i = 0; i < 5; i++) {
        fillSegment(log);
      }
      plant.files.capacity(Long.MAX_VALUE);
      fillSegment(log);
      assertThat(log.diskFull()).as("not asked yet").isTrue();
      plant.clock.pass(Duration.ofSeconds(61));
      fillSegment(log);
      fillSegment(log);
      assertThat(log.diskFull()).isFalse();
      long evicted = log.stats().evictedRecords();
      fillSegment(log);
      assertThat(log.stats().evictedRecords()).as("nothing more goes").isEqualTo(evicted);
      everySeqIsThereOrNamed(log, cursor);
    }
  }

  private static void everySeqIsThereOrNamed(Log log, Cursor cursor) throws IOException {
    TreeMap<Long, StoredRecord> left = Plant.drain(log, cursor);
    List<Plant.Gap> gaps = Plant.gaps(left);
    for (long seq = 1; seq < log.next(); seq++) {
      long wanted = seq;
      assertThat(left.containsKey(seq) || gaps.stream().anyMatch(gap -> gap.names(wanted)))
          .as("seq %d is there or named", seq)
          .isTrue();
    }
  }

  /** Full, killed or cut off from power at any moment, started again, full again. */
  @Test
  void noNumberOfAStreamIsEverUsedForTwoRecords() throws IOException {
    Random random = new Random(Plant.seed());
    int rounds = Plant.thorough() ? 20_000 : 500;
    long room = 5L * Plant.SEGMENT + 2L * 2 * CursorState.SLOT;
    plant.files.capacity(room);
    Map<String, Long> known = new HashMap<>();
    int refused = 0;
    for (int round = 0; round < rounds; round++) {
      Log log = plant.open();
      Cursor cursor = log.cursor(UPLINK);
      MemoryFiles disk = plant.files;
      int last = random.nextInt(60);
      disk.hook(new DyingAfter(random.nextInt(200), random)); // some step is its last
      try {
        for (int i = 0; i < last; i++) {
          byte[] bytes = Plant.payload(payload++, 100 + random.nextInt(9_000));
          long seq = log.commit(List.of(new Entry(Plant.DATA, 1, bytes)));
          note(known, log, seq, bytes);
          if (random.nextInt(6) == 0) {
            read(log, cursor, known, random);
          }
        }
      } catch (DiskFullException e) {
        refused++;
      } catch (IOException e) {
        // that was the step
      }
      disk.hook((op, path) -> {});
      plant.files = random.nextBoolean() ? disk.afterKill() : disk.afterCrash(random);
      plant.files.capacity(room);
      plant.clock.pass(Duration.ofSeconds(random.nextInt(90)));
    }
    System.out.printf("%d records, %d starts, %d refused%n", known.size(), rounds, refused);
    assertThat(known.size()).isGreaterThan(5 * rounds);
    assertThat(refused).as("its own files are no reason to stand still").isLessThan(rounds / 8);
  }

  private static void read(Log log, Cursor cursor, Map<String, Long> known, Random random)
      throws IOException {
    try (LogReader reader = log.reader(cursor)) {
      for (StoredRecord record : reader.read(0, 40_000).records()) {
        if (record.kind() == Plant.DATA) {
          note(known, log, record.seq(), record.payload());
        }
        if (random.nextBoolean()) {
          cursor.acknowledge(record.seq(), record.seq());
        }
      }
    }
    log.syncCursors();
  }

  private static void note(Map<String, Long> known, Log log, long seq, byte[] payload) {
    long what = ByteBuffer.wrap(payload).getLong(0);
    Long before = known.putIfAbsent(log.stream() + "/" + seq, what);
    if (before != null) {
      assertThat(what).as("what seq %d of %s holds", seq, log.stream()).isEqualTo(before);
    }
  }

  /** After so many steps nothing works any more: what the process did then, it did not do. */
  private static final class DyingAfter implements MemoryFiles.Hook {
    private final Random random;
    private int left;

    DyingAfter(int left, Random random) {
      this.left = left;
      this.random = random;
    }

    @Override
    public void before(MemoryFiles.Op op, Path path) throws IOException {
      if (left-- <= 0 && op != MemoryFiles.Op.READ) {
        left = random.nextInt(2);
        throw new IOException("dead");
      }
    }
  }

  /** Given away, killed before that was announced, and the newer slot of the cursor is damaged. */
  @Test
  void whatWasGivenAwayIsNamedAlsoWhenASlotOfTheCursorIsDamaged() throws IOException {
    plant.options =
        new LogOptions(
            Plant.DIRECTORY,
            64L * Plant.SEGMENT,
            Duration.ofDays(30),
            Plant.SEGMENT,
            4 * Plant.SEGMENT);
    Log log = plant.open();
    Cursor cloud = log.cursor(UPLINK);
    Cursor other = log.cursor("other");
    for (int i = 0; i < 5; i++) {
      fillSegment(log);
    }
    other.acknowledge(1, 35);
    log.syncCursors();
    cloud.acknowledge(1, 2);
    log.syncCursors();
    cloud.acknowledge(3, 3);
    log.syncCursors();
    plant.files.capacity(plant.files.used());
    boolean[] given = {false};
    plant.files.hook(
        (op, path) -> {
          if (given[0] && op == MemoryFiles.Op.FORCE && path.toString().endsWith(".seg")) {
            throw new IOException("dead");
          }
          given[0] |= op == MemoryFiles.Op.RENAME && path.toString().contains(".seg");
        });
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 3; i++) {
                fillSegment(log);
              }
            })
        .hasMessage("dead");
    MemoryFiles dead = plant.files.afterKill();
    for (int slot = 0; slot < 2; slot++) {
      plant.files = MemoryFiles.of(dead.contents());
      int at = slot * CursorState.SLOT + 40;
      plant.files.change(
          Plant.DIRECTORY.resolve(UPLINK + ".cursor"),
          bytes -> {
            bytes[at] ^= 1;
            return bytes;
          });
      for (int start = 0; start < 2; start++) {
        try (Log again = plant.open()) {
          Cursor cursor = again.cursor(UPLINK);
          assertThat(cursor.low()).isBetween(3L, 4L);
          TreeMap<Long, StoredRecord> left = Plant.drain(again, cursor);
          long last = again.stats().oldest() - 1;
          assertThat(last).isGreaterThan(4);
          assertThat(Plant.gaps(left))
              .as("slot %d, start %d", slot, start)
              .containsExactly(new Plant.Gap(cursor.low(), last, 0, Loss.Cause.CORRUPT, UPLINK));
          assertThat(again.stats().corruptRecords()).isZero();
        }
      }
    }
  }
}
