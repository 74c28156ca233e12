package dev.sluice.gateway.outbox.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Random lives of a log against a model of what it promised. */
class ModelTest {

  /** What one cursor acknowledged, and what of that its file must say. */
  private static final class Acks {
    final Set<Long> now = new HashSet<>();
    final Set<Long> handedOut = new HashSet<>();
  }

  /** Commits of this test may be larger than a segment. */
  private static final int OVERSIZE = Plant.SEGMENT;

  private final Plant plant = new Plant();
  private final TreeMap<Long, Entry> appended = new TreeMap<>();
  private final Map<String, Acks> acks = new HashMap<>();
  private final Map<String, LogReader> readers = new HashMap<>();
  private final Map<Long, Plant.Gap> gaps = new HashMap<>();
  private Random random = new Random(0);
  private long payload = 1;
  private boolean roomWasMade;
  private long reused;
  private boolean tailWasTorn;

  @Test
  void keepsItsPromisesThroughAnyLife() throws IOException {
    long seed = Plant.seed();
    int lives = Plant.thorough() ? 50 : 4;
    for (int life = 0; life < lives; life++) {
      random = new Random(seed + life);
      try {
        live(Plant.thorough() ? 2_000 : 500);
      } catch (IOException | RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed + " life " + life, e);
      }
      plant.files = new MemoryFiles();
      appended.clear();
      acks.clear();
      readers.clear();
      gaps.clear();
      roomWasMade = false;
      tailWasTorn = false;
    }
    assertThat(reused).as("segments that were files of others before").isPositive();
  }

  private void live(int operations) throws IOException {
    Log log = plant.open();
    for (int i = 0; i < operations; i++) {
      String uplink = random.nextInt(4) == 0 ? "local" : "cloud";
      acks.computeIfAbsent(uplink, id -> new Acks());
      Cursor cursor = log.cursor(uplink);
      switch (random.nextInt(16)) {
        case 0, 1, 2, 3, 4, 5 -> append(log);
        case 6, 7, 8, 9 -> read(log, cursor);
        case 10, 11, 12 -> acknowledge(log, cursor);
        case 13 -> log.syncCursors();
        case 14 -> time(log);
        default -> log = random.nextInt(3) == 0 ? reopen(log) : log;
      }
      if (random.nextInt(150) == 0) {
        roomWasMade = true;
        log.makeRoom();
      }
    }
    log = reopen(log);
    append(log);
    for (String uplink : acks.keySet()) {
      complete(log, log.cursor(uplink));
    }
    log.close();
  }

  private Entry next() {
    return Plant.entry(payload++, random.nextInt(10) == 0 ? 9_000 : 8 + random.nextInt(900));
  }

  private void append(Log log) throws IOException {
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i <= random.nextInt(5); i++) {
      entries.add(next());
    }
    long before = log.next();
    long seq = log.commit(entries);
    assertThat(seq).isEqualTo(before);
    for (Entry entry : entries) {
      assertThat(appended.put(seq++, entry)).as("a seq is assigned once").isNull();
    }
    assertThat(log.stats().bytes()).isLessThanOrEqualTo(plant.options.maxBytes() + OVERSIZE);
  }

  private void read(Log log, Cursor cursor) throws IOException {
    long from = cursor.low() + random.nextInt(20) - 5;
    LogReader reader = readers.computeIfAbsent(cursor.uplink(), id -> log.reader(cursor));
    LogReader.Read read = reader.read(from, 1 + random.nextInt(20_000));
    Acks known = acks.get(cursor.uplink());
    long above = from - 1;
    for (StoredRecord record : read.records()) {
      assertThat(record.seq()).isGreaterThan(above).isLessThan(log.next());
      assertThat(known.now).as("acknowledged before").doesNotContain(record.seq());
      right(log, record);
      known.handedOut.add(record.seq());
      above = record.seq();
    }
    if (read.records().isEmpty()) {
      assertThat(cursor.nextFrom(Math.max(from, log.stats().oldest())))
          .as("nothing to read")
          .isGreaterThanOrEqualTo(read.holes().isEmpty() ? log.next() : 0);
    }
    for (LogReader.Hole hole : roomWasMade ? List.<LogReader.Hole>of() : read.holes()) {
      namesOnlyTheTorn(log, hole.first(), hole.last());
    }
    read.holes().forEach(log::missing);
  }

  /**
   * A power cut may leave a commit that was under way: what nobody was told of may have been
   * durable as far as the disk says, so its seqs are skipped and named. Nothing else is damage.
   */
  private void namesOnlyTheTorn(Log log, long first, long last) {
    assertThat(tailWasTorn).as("damage").isTrue();
    long oldest = Math.max(first, log.stats().oldest());
    assertThat(appended.subMap(oldest, Math.max(oldest, last + 1)).keySet()).isEmpty();
  }

  private void right(Log log, StoredRecord record) {
    Entry entry = appended.get(record.seq());
    if (entry == null) {
      assertThat(record.kind()).isEqualTo(Plant.GAP);
      Plant.Gap gap = Plant.Gap.of(record);
      gaps.put(record.seq(), gap);
      if (gap.cause() == Loss.Cause.CORRUPT && !roomWasMade) {
        namesOnlyTheTorn(log, gap.first(), gap.last());
      }
    } else {
      assertThat(record.kind()).isEqualTo(entry.kind());
      assertThat(record.readings()).isEqualTo(entry.readings());
      assertThat(record.payload()).isEqualTo(entry.payload());
    }
  }

  private void acknowledge(Log log, Cursor cursor) {
    Acks known = acks.get(cursor.uplink());
    boolean inOrder = random.nextInt(5) > 0;
    List<Long> out = new ArrayList<>(known.handedOut);
    if (inOrder) {
      out.sort(null);
    }
    for (long seq : out.subList(0, Math.min(out.size(), random.nextInt(12)))) {
      cursor.acknowledge(seq, seq);
      known.handedOut.remove(seq);
      known.now.add(seq);
      Plant.Gap gap = gaps.get(seq);
      if (gap != null && gap.concerns(cursor.uplink())) {
        cursor.acknowledge(gap.first(), gap.last());
        LongStream.rangeClosed(gap.first(), gap.last()).forEach(known.now::add);
      }
    }
    // A full cursor may want some again.
    known.now.removeIf(seq -> cursor.nextFrom(seq) == seq);
    assertThat(cursor.low()).isLessThanOrEqualTo(log.next());
  }

  private void time(Log log) throws IOException {
    switch (random.nextInt(6)) {
      case 0 -> plant.clock.trusted = !plant.clock.trusted;
      case 1 -> plant.clock.step(Duration.ofDays(random.nextInt(7_300) - 3_650));
      case 2 -> plant.clock.pass(Duration.ofDays(random.nextInt(6)));
      default -> plant.clock.pass(Duration.ofMinutes(random.nextInt(12)));
    }
    log.expire();
  }

  private Log reopen(Log old) throws IOException {
    long next = old.next();
    int how = random.nextInt(4);
    reused += old.stats().reusedSegments();
    tailWasTorn |= how == 3;
    if (how == 0) {
      old.close();
    }
    MemoryFiles files = plant.files;
    plant.files =
        switch (how) {
          case 1 -> files.afterKill();
          case 2 -> files.afterCrash();
          case 3 -> files.afterCrash(random);
          default -> files;
        };
    readers.clear();
    Log log = plant.open();
    if (next > 1) { // an empty log has nothing that could carry its stream
      assertThat(log.stream()).isEqualTo(old.stream());
    }
    assertThat(log.next()).as("way %d", how).isGreaterThanOrEqualTo(next);
    for (Map.Entry<String, Acks> entry : acks.entrySet()) {
      Cursor cursor = log.cursor(entry.getKey());
      Acks known = entry.getValue();
      for (long seq = cursor.low(); seq < log.next(); seq++) {
        boolean acknowledged = cursor.nextFrom(seq) > seq;
        assertThat(!acknowledged || known.now.contains(seq))
            .as("seq %d is acknowledged on disk only if it was", seq)
            .isTrue();
      }
      known.handedOut.clear();
      known.now.removeIf(seq -> cursor.nextFrom(seq) == seq);
    }
    return log;
  }

  /** What was appended and not acknowledged can be read, or is named. */
  private void complete(Log log, Cursor cursor) throws IOException {
    long oldest = log.stats().oldest();
    TreeMap<Long, StoredRecord> left = Plant.drain(log, cursor);
    left.values().forEach(record -> right(log, record));
    List<Plant.Gap> named = Plant.gaps(left);
    for (long seq : appended.keySet()) {
      boolean wanted = cursor.nextFrom(seq) == seq;
      if (wanted && !left.containsKey(seq)) {
        assertThat(seq).as("only what was evicted is missing").isLessThan(oldest);
        assertThat(named.stream().anyMatch(gap -> gap.names(seq) && gap.concerns(cursor.uplink())))
            .as("seq %d of %s is named", seq, cursor.uplink())
            .isTrue();
      }
    }
  }
}
