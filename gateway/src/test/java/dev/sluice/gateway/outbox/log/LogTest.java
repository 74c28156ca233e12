package dev.sluice.gateway.outbox.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Order of steps, bounds, and what is kept how long. */
class LogTest {

  private static final String UPLINK = "cloud";

  private final Plant plant = new Plant();

  private static void fillSegment(Log log, long n) throws IOException {
    for (int i = 0; i < 7; i++) {
      log.commit(List.of(Plant.entry(n + i, 1000)));
    }
  }

  private long segments() {
    return plant.files.contents().keySet().stream()
        .filter(path -> path.toString().endsWith(".seg"))
        .count();
  }

  @Test
  void aPowerCutRightAfterACommitReturnedLosesNothing() throws IOException {
    try (Log log = plant.open()) {
      log.cursor(UPLINK);
      for (int n = 1; n <= 40; n++) {
        log.commit(List.of(Plant.entry(n, 700)));
        Plant cut = new Plant();
        cut.files = plant.files.afterCrash();
        try (Log left = cut.open()) {
          assertThat(left.next()).isEqualTo(n + 1);
          assertThat(left.stream()).isEqualTo(log.stream());
          TreeMap<Long, StoredRecord> found = Plant.drain(left, left.cursor("other"));
          assertThat(found).hasSize(n);
          assertThat(found.get((long) n).payload()).isEqualTo(Plant.payload(n, 700));
        }
      }
    }
  }

  @Test
  void whatAKilledProcessOnlyWroteIsForcedBeforeItIsRead() throws IOException {
    List<MemoryFiles> killed = new ArrayList<>();
    try (Log log = plant.open()) {
      log.commit(List.of(Plant.entry(1, 100)));
      plant.files.hook(
          (op, path) -> {
            if (op == MemoryFiles.Op.FORCE) {
              killed.add(plant.files.afterKill());
            }
          });
      log.commit(List.of(Plant.entry(2, 100)));
    }
    plant.files = killed.get(0);
    String stream;
    try (Log log = plant.open()) {
      stream = log.stream().text();
      assertThat(Plant.drain(log, log.cursor(UPLINK))).containsOnlyKeys(1L, 2L);
      plant.files = plant.files.afterCrash();
    }
    try (Log log = plant.open()) {
      assertThat(log.stream().text()).isEqualTo(stream);
      assertThat(Plant.drain(log, log.cursor(UPLINK))).containsOnlyKeys(1L, 2L);
    }
  }

  @Test
  void nothingIsReadableWhileItsForceIsUnderWay() throws IOException {
    try (Log log = plant.open()) {
      Cursor cursor = log.cursor(UPLINK);
      log.commit(List.of(Plant.entry(1, 100)));
      List<Integer> seen = new ArrayList<>();
      plant.files.hook(
          (op, path) -> {
            if (op == MemoryFiles.Op.FORCE) {
              plant.files.hook((o, p) -> {});
              seen.add((int) log.next());
              seen.add(Plant.drain(log, cursor).size());
            }
          });
      log.commit(Plant.entries(2, 3, 100));
      assertThat(seen).containsExactly(2, 1);
      assertThat(Plant.drain(log, cursor)).hasSize(4);
    }
  }

  @Test
  void everyCommitForcesItsFileAndANewFileItsDirectoryFirst() throws IOException {
    try (Log log = plant.open()) {
      List<MemoryFiles.Op> steps = new ArrayList<>();
      plant.files.hook((op, path) -> steps.add(op));
      log.commit(List.of(Plant.entry(1, 100)));
      assertThat(steps)
          .containsExactly(
              MemoryFiles.Op.CREATE,
              MemoryFiles.Op.WRITE,
              MemoryFiles.Op.WRITE,
              MemoryFiles.Op.FORCE,
              MemoryFiles.Op.FORCE_DIRECTORY);
      steps.clear();
      log.commit(Plant.entries(2, 20, 100));
      assertThat(steps).containsExactly(MemoryFiles.Op.WRITE, MemoryFiles.Op.FORCE);
    }
  }

  @Test
  void aForcedPageIsNeverWrittenAgain() throws IOException {
    try (Log log = plant.open()) {
      byte[] before = new byte[0];
      for (int n = 1; n <= 6; n++) {
        log.commit(List.of(Plant.entry(n, 100)));
        byte[] now =
            plant.files.contents().entrySet().stream()
                .filter(e -> e.getKey().toString().endsWith(".seg"))
                .findAny()
                .orElseThrow()
                .getValue();
        assertThat(now.length % 4096).isZero();
        assertThat(Arrays.copyOf(now, before.length)).isEqualTo(before);
        before = now;
      }
    }
  }

  @Test
  void segmentsGoOnlyWhenTheCursorFileSaysThatEverybodyHasThem() throws IOException {
    try (Log log = plant.open()) {
      Cursor cloud = log.cursor(UPLINK);
      Cursor local = log.cursor("local");
      for (int i = 0; i < 4; i++) {
        fillSegment(log, 1 + 10L * i);
      }
      assertThat(segments()).isEqualTo(4);
      cloud.acknowledge(1, log.next() - 1);
      log.syncCursors();
      assertThat(segments()).isEqualTo(4);
      local.acknowledge(1, log.next() - 1);
      assertThat(segments()).isEqualTo(4);
      plant.files.hook(
          (op, path) -> {
            if (op == MemoryFiles.Op.FORCE && path.toString().contains(".cursor")) {
              throw new IOException("injected");
            }
          });
      assertThat(log.syncCursors()).isFalse();
      assertThat(segments()).as("no cursor file says so yet").isEqualTo(4);
      plant.files.hook((op, path) -> {});
      assertThat(log.syncCursors()).isTrue();
      assertThat(segments()).as("the newest stays").isEqualTo(1);
    }
    try (Log again = plant.open()) {
      assertThat(again.next()).isEqualTo(29);
      assertThat(again.cursor(UPLINK).low()).isEqualTo(29);
    }
  }

  @Test
  void aPowerCutAtAnyStepOfDrainingLosesNothingAndAnnouncesNothing() throws IOException {
    List<MemoryFiles> cuts = new ArrayList<>();
    try (Log log = plant.open()) {
      Cursor cloud = log.cursor(UPLINK);
      plant.files.hook((op, path) -> cuts.add(plant.files.afterCrash()));
      for (int i = 0; i < 6; i++) {
        fillSegment(log, 1 + 7L * i);
        cloud.acknowledge(1, log.next() - 4);
        log.syncCursors();
      }
    }
    assertThat(cuts).hasSizeGreaterThan(50);
    for (MemoryFiles left : cuts) {
      Plant cut = new Plant();
      cut.files = left;
      try (Log log = cut.open()) {
        TreeMap<Long, StoredRecord> found = Plant.drain(log, log.cursor(UPLINK));
        assertThat(Plant.gaps(found)).isEmpty();
      }
    }
  }

  @Test
  void beyondItsSizeTheOldestSegmentGoesAndIsNamedWithItsReadings() throws IOException {
    long readings = 0;
    try (Log log = plant.open()) {
      Cursor cloud = log.cursor(UPLINK);
      cloud.acknowledge(3, 3); // as if it had been delivered
      for (int i = 0; i < 12; i++) {
        fillSegment(log, 1 + 10L * i);
        assertThat(log.stats().bytes()).isLessThanOrEqualTo(plant.options.maxBytes());
      }
      long oldest = log.stats().oldest();
      assertThat(oldest).isGreaterThan(1);
      TreeMap<Long, StoredRecord> found = Plant.drain(log, cloud);
      List<Plant.Gap> gaps = Plant.gaps(found);
      assertThat(gaps).isNotEmpty().allMatch(gap -> gap.cause() == Loss.Cause.BYTES);
      for (long seq = 1; seq < oldest; seq++) {
        long gone = seq;
        assertThat(gaps.stream().anyMatch(gap -> gap.names(gone))).isTrue();
      }
      readings = gaps.stream().mapToLong(Plant.Gap::readings).sum();
      assertThat(readings).isEqualTo(log.stats().evictedReadings());
      assertThat(log.stats().evictedRecords()).isEqualTo(oldest - 1 - 1);
      assertThat(cloud.low()).as("until the gap is delivered").isEqualTo(1);
    }
    try (Log again = plant.open()) {
      TreeMap<Long, StoredRecord> found = Plant.drain(again, again.cursor(UPLINK));
      assertThat(Plant.gaps(found).stream().mapToLong(Plant.Gap::readings).sum())
          .as("a restart announces nothing twice")
          .isEqualTo(readings);
    }
  }

  @Test
  void anUplinkThatHadItAllHearsNothingOfWhatIsForcedOutForAnother() throws IOException {
    try (Log log = plant.open()) {
      Cursor cloud = log.cursor(UPLINK);
      Cursor local = log.cursor("local");
      for (int i = 0; i < 30; i++) {
        fillSegment(log, 1 + 10L * i);
        cloud.acknowledge(1, log.next() - 1);
        local.acknowledge(log.next() - 3, log.next() - 3); // and hardly anything else
        log.syncCursors();
      }
      List<Plant.Gap> gaps = Plant.gaps(Plant.drain(log, local));
      assertThat(gaps).isNotEmpty().allMatch(gap -> gap.uplink().equals("local"));
      for (long seq = 1; seq < log.stats().oldest(); seq++) {
        long gone = seq;
        boolean had = local.nextFrom(seq) > seq;
        assertThat(had || gaps.stream().anyMatch(gap -> gap.names(gone))).as("%d", seq).isTrue();
      }
      assertThat(gaps.stream().mapToLong(Plant.Gap::readings).sum())
          .isEqualTo(log.stats().evictedReadings());
    }
  }

  @Test
  void whatWentBecauseItWasAcknowledgedIsNotMissingBesideWhatWasForcedOut() throws IOException {
    try (Log log = plant.open()) {
      Cursor cloud = log.cursor(UPLINK);
      fillSegment(log, 1);
      fillSegment(log, 10);
      cloud.acknowledge(2, log.next() - 1); // and so the second segment goes before the first
      fillSegment(log, 20);
      log.syncCursors();
      assertThat(segments()).isEqualTo(2);
      while (log.stats().evictedRecords() == 0) {
        log.commit(List.of(Plant.entry(30, 1000)));
      }
      try (LogReader reader = log.reader(cloud)) {
        assertThat(reader.read(1, 100_000).holes()).isEmpty();
      }
    }
  }

  @Test
  void aGapThatIsEvictedGoesOnInTheNext() throws IOException {
    try (Log log = plant.open()) {
      Cursor cloud = log.cursor(UPLINK);
      for (int i = 0; i < 60; i++) {
        fillSegment(log, 1 + 10L * i);
      }
      TreeMap<Long, StoredRecord> found = Plant.drain(log, cloud);
      List<Plant.Gap> gaps = Plant.gaps(found);
      for (long seq = 1; seq < log.stats().oldest(); seq++) {
        long gone = seq;
        assertThat(gaps.stream().anyMatch(gap -> gap.names(gone))).as("seq %d", seq).isTrue();
      }
      assertThat(gaps.stream().mapToLong(Plant.Gap::readings).sum())
          .isEqualTo(log.stats().evictedReadings());
    }
  }

  @Test
  void ageCountsOnlyByATrustedAndSettledClock() throws IOException {
    plant.clock.trusted = false;
    plant.clock.millis = 0;
    try (Log log = plant.open()) {
      log.cursor(UPLINK);
      fillSegment(log, 1);
      fillSegment(log, 10);
    }
    try (Log log = plant.open()) {
      fillSegment(log, 20);
      log.expire();
      plant.clock.pass(Duration.ofDays(40));
      log.expire();
      assertThat(segments()).as("not trusted").isEqualTo(3);
      plant.clock.trusted = true;
      plant.clock.millis = 1_700_000_000_000L;
      for (int i = 0; i < 20; i++) {
        log.expire();
        plant.clock.step(Duration.ofDays(i % 2 == 0 ? 3650 : -3650));
        plant.clock.pass(Duration.ofSeconds(50));
      }
      assertThat(segments()).as("jumping").isEqualTo(3);
      log.commit(List.of(Plant.entry(30, 10)));
      log.expire();
      plant.clock.pass(Duration.ofMinutes(11));
      log.expire();
      TreeMap<Long, StoredRecord> left = Plant.drain(log, log.cursor(UPLINK));
      assertThat(log.stats().oldest()).as("what is older than 30 days").isEqualTo(22);
      assertThat(Plant.gaps(left)).allMatch(gap -> gap.cause() == Loss.Cause.AGE).isNotEmpty();
    }
  }

  @Test
  void oldRecordsAreNamedWhenTheyExpire() throws IOException {
    try (Log log = plant.open()) {
      log.cursor(UPLINK);
      fillSegment(log, 1);
    }
    try (Log log = plant.open()) {
      log.expire();
      plant.clock.pass(Duration.ofDays(29));
      log.expire();
      assertThat(log.stats().oldest()).isEqualTo(1);
      plant.clock.pass(Duration.ofDays(2));
      log.expire();
      TreeMap<Long, StoredRecord> left = Plant.drain(log, log.cursor(UPLINK));
      assertThat(Plant.gaps(left))
          .containsExactly(new Plant.Gap(1, 7, 1 + 2 + 3 + 4 + 5 + 6, Loss.Cause.AGE, UPLINK));
      assertThat(log.stats().oldest()).isEqualTo(8);
    }
  }

  @Test
  void memoryDoesNotGrowWithTheBacklog() throws IOException {
    plant.options = new LogOptions(Plant.DIRECTORY, 1 << 30, Duration.ofDays(30), 1 << 20, 1 << 20);
    try (Log log = plant.open()) {
      log.cursor(UPLINK);
      for (int n = 0; n < 100_000; n += 1000) {
        log.commit(Plant.entries(n, 1000, 40));
      }
      LogStats stats = log.stats();
      assertThat(stats.next()).isEqualTo(100_001);
      assertThat(stats.segments()).isLessThanOrEqualTo(8);
      // What is kept per segment holds no collection and no array: its size is that of its fields.
      for (var field : Segment.class.getDeclaredFields()) {
        assertThat(field.getType())
            .isIn(Path.class, SegmentHeader.class, Keys.class, long.class, boolean.class);
      }
      long read = 0;
      try (LogReader reader = log.reader(log.cursor(UPLINK))) {
        while (read < 100_000) {
          LogReader.Read next = reader.read(read + 1, 10_000);
          assertThat(next.records()).hasSizeBetween(1, 400);
          read = next.records().get(next.records().size() - 1).seq();
        }
      }
    }
  }
}
