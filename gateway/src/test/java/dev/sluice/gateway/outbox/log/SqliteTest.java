package dev.sluice.gateway.outbox.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The same random operations on the log and on SQLite give the same answers. */
class SqliteTest {

  private final Plant plant = new Plant();
  private final Map<String, List<StoredRecord>> handedOut = new HashMap<>();
  private final List<String> done = new ArrayList<>();
  private Random random = new Random(0);
  private long payload = 1;
  private boolean roomWasMade;

  @Test
  void givesTheAnswersOfADatabase() throws IOException, SQLException {
    long seed = Plant.seed();
    random = new Random(seed);
    int operations = Plant.thorough() ? 100_000 : 4_000;
    try (SqliteOracle oracle = new SqliteOracle()) {
      Log log = plant.open();
      log = uplinks(log, oracle);
      for (int i = 0; i < operations; i++) {
        try {
          log = operate(log, oracle);
          compare(log, oracle);
        } catch (IOException | SQLException | RuntimeException | AssertionError e) {
          throw new AssertionError("seed " + seed + ", operation " + i + ", before: " + done, e);
        }
      }
      System.out.printf(
          "%d operations, next %d, dropped %d, %s%n", operations, log.next(), dropped, log.stats());
      assertThat(dropped).as("bounds were met").isPositive();
      assertThat(reopened).isPositive();
    }
  }

  private long dropped;
  private int reopened;

  private Log operate(Log log, SqliteOracle oracle) throws IOException, SQLException {
    String uplink = pick(oracle);
    int what = random.nextInt(1_000);
    done.add(what + " " + uplink);
    if (done.size() > 8) {
      done.remove(0);
    }
    if (what < 380) {
      append(log, oracle);
    } else if (what < 580) {
      read(log, oracle, uplink);
    } else if (what < 860) {
      acknowledge(log, oracle, uplink);
    } else if (what < 930) {
      synced(log, oracle, log::syncCursors);
    } else if (what < 970) {
      plant.clock.pass(Duration.ofHours(random.nextInt(20)));
      evicting(log, oracle, log::expire, List.of());
    } else if (what < 973) {
      roomWasMade = true;
      evicting(log, oracle, log::makeRoom, List.of());
    } else if (what < 985) {
      Log again = reopen(log, oracle);
      // A crash before the first of them was on disk leaves none.
      return oracle.uplinks().isEmpty() ? uplinks(again, oracle) : again;
    } else if (what < 990 && !uplink.equals("cloud")) {
      handedOut.remove(uplink);
      oracle.forget(uplink);
      synced(
          log,
          oracle,
          () -> {
            log.forget(uplink);
            return false;
          });
    } else {
      return uplinks(log, oracle);
    }
    return log;
  }

  private String pick(SqliteOracle oracle) throws SQLException {
    List<String> uplinks = new ArrayList<>(oracle.uplinks());
    return uplinks.get(random.nextInt(uplinks.size()));
  }

  /** The ones that are missing begin anew. */
  private Log uplinks(Log log, SqliteOracle oracle) throws IOException, SQLException {
    for (String uplink : List.of("cloud", "local", "plant/7")) {
      if (!oracle.uplinks().contains(uplink)) {
        oracle.add(uplink, freed(log, oracle));
        evicting(
            log, oracle, () -> assertThat(log.join(Map.of(uplink, false))).isTrue(), List.of());
        oracle.sync();
        assertThat(oracle.untold()).as("gone before %s came, and not named", uplink).isZero();
      }
    }
    return log;
  }

  /** What everybody had before may be gone, also from the middle. */
  private Set<Long> freed(Log log, SqliteOracle oracle) throws IOException, SQLException {
    Set<Long> gone = oracle.seqs();
    if (!gone.isEmpty()) {
      try (LogView view = LogView.open(Plant.DIRECTORY, plant.files, Plant.KEYS.get().get())) {
        view.walk(1, log.next(), new Removing(gone));
      }
    }
    return gone;
  }

  /** Leaves what a walk does not come by. */
  private record Removing(Set<Long> seqs) implements LogVisitor {

    @Override
    public boolean record(StoredRecord record, long wallMillis) {
      seqs.remove(record.seq());
      return true;
    }

    @Override
    public void damage(Damage damage) {
      assertThat(damage.kind()).isEqualTo(Damage.Kind.MISSING);
    }
  }

  private void compare(Log log, SqliteOracle oracle) throws SQLException {
    assertThat(log.uplinks()).isEqualTo(oracle.uplinks());
    assertThat(log.next()).isEqualTo(oracle.next());
    String uplink = pick(oracle);
    assertThat(log.cursor(uplink).low()).as("low of %s", uplink).isEqualTo(oracle.low(uplink));
    assertThat(log.backlog().get(uplink)).as("of %s", uplink).isEqualTo(oracle.backlog(uplink));
    assertThat(log.stats().cursorMerges()).isZero();
  }

  private void append(Log log, SqliteOracle oracle) throws IOException, SQLException {
    List<Entry> entries = new ArrayList<>();
    for (int i = random.nextInt(5); i >= 0; i--) {
      int size = random.nextInt(15) == 0 ? 9_000 : 8 + random.nextInt(1_500);
      entries.add(Plant.entry(payload++, size));
    }
    long seq = oracle.next();
    evicting(log, oracle, () -> assertThat(log.commit(entries)).isEqualTo(seq), entries);
    assertThat(oracle.untold()).as("gone and not named").isZero();
  }

  /** A step that may fail. */
  private interface Step {
    void run() throws IOException;
  }

  private interface Sync {
    boolean run() throws IOException;
  }

  /** What bounds force out is counted, with its readings, and named to whoever needed it. */
  private void evicting(Log log, SqliteOracle oracle, Step step, List<Entry> entries)
      throws IOException, SQLException {
    LogStats before = log.stats();
    long floor = log.floor();
    step.run();
    for (Entry entry : entries) {
      oracle.append(entry.kind(), entry.readings(), entry.payload(), plant.clock.millis());
    }
    LogStats after = log.stats();
    List<Plant.Gap> gaps = learn(log, oracle);
    long end = Math.min(after.oldest(), oracle.next());
    assertThat(after.evictedRecords() - before.evictedRecords())
        .as("records forced out by %s", gaps)
        .isEqualTo(oracle.needed(end));
    assertThat(after.evictedReadings() - before.evictedReadings())
        .isEqualTo(oracle.neededReadings(end));
    boolean aged = !gaps.isEmpty() && gaps.stream().allMatch(g -> g.cause() == Loss.Cause.AGE);
    if (entries.isEmpty() && aged && oracle.needed(end) > 0) {
      assertThat(oracle.newestMillis(end))
          .as("old enough to go")
          .isLessThan(plant.clock.millis() - plant.options.maxAge().toMillis());
    }
    dropped += oracle.needed(end);
    oracle.drop(end);
    for (Plant.Gap gap : gaps) {
      oracle.told(gap);
    }
    if (log.floor() != floor) {
      oracle.sync();
    }
  }

  /** What goes because everybody has it, has been acknowledged by every cursor file. */
  private void synced(Log log, SqliteOracle oracle, Sync sync) throws IOException, SQLException {
    if (sync.run()) {
      oracle.sync();
    }
    long end = Math.min(log.stats().oldest(), oracle.next());
    assertThat(oracle.neededByFiles(end)).as("below %d", end).isZero();
    oracle.drop(end);
  }

  /** Takes the log's own records over. */
  private List<Plant.Gap> learn(Log log, SqliteOracle oracle) throws IOException, SQLException {
    List<Plant.Gap> gaps = new ArrayList<>();
    if (log.next() > oracle.next()) {
      try (LogReader reader = log.reader(log.cursor("cloud"))) {
        for (StoredRecord record : reader.read(oracle.next(), 1 << 20).records()) {
          assertThat(record.kind()).isEqualTo(Plant.GAP);
          assertThat(record.seq()).isEqualTo(oracle.next());
          oracle.append(record.kind(), 0, record.payload(), plant.clock.millis());
          gaps.add(Plant.Gap.of(record));
        }
      }
    }
    return gaps;
  }

  private void read(Log log, SqliteOracle oracle, String uplink) throws IOException, SQLException {
    long from = random.nextInt(3) == 0 ? 0 : oracle.low(uplink) + random.nextInt(40);
    int bytes = 1 + random.nextInt(12_000);
    List<StoredRecord> expected = oracle.read(uplink, from, bytes);
    try (LogReader reader = log.reader(log.cursor(uplink))) {
      LogReader.Read read = reader.read(from, bytes);
      assertThat(read.holes()).isEmpty();
      assertThat(read.records()).hasSameSizeAs(expected);
      for (int i = 0; i < expected.size(); i++) {
        StoredRecord found = read.records().get(i);
        assertThat(found.seq()).isEqualTo(expected.get(i).seq());
        assertThat(found.kind()).isEqualTo(expected.get(i).kind());
        assertThat(found.readings()).isEqualTo(expected.get(i).readings());
        assertThat(found.payload()).isEqualTo(expected.get(i).payload());
      }
    }
    handedOut.put(uplink, expected);
  }

  private void acknowledge(Log log, SqliteOracle oracle, String uplink) throws SQLException {
    Cursor cursor = log.cursor(uplink);
    for (StoredRecord record : handedOut.getOrDefault(uplink, List.of())) {
      if (random.nextInt(20) > 0) {
        boolean unused = cursor.acknowledge(record.seq(), record.seq());
        oracle.acknowledge(uplink, record.seq(), record.seq());
      }
      if (record.kind() == Plant.GAP && Plant.Gap.of(record).concerns(uplink)) {
        Plant.Gap gap = Plant.Gap.of(record);
        boolean unused = cursor.acknowledge(gap.first(), gap.last());
        oracle.acknowledge(uplink, gap.first(), gap.last());
      }
    }
    handedOut.remove(uplink);
  }

  private Log reopen(Log old, SqliteOracle oracle) throws IOException, SQLException {
    reopened++;
    handedOut.clear();
    int how = random.nextInt(3);
    if (how == 0) {
      evicting(old, oracle, () -> {}, List.of());
      old.close();
      // Announcements that were owed became durable, and the cursors say how far it went.
    } else {
      plant.files = how == 1 ? plant.files.afterKill() : plant.files.afterCrash();
      oracle.crash();
    }
    Log log = plant.open();
    if (how == 0) {
      List<Plant.Gap> gaps = learn(log, oracle);
      for (Plant.Gap gap : gaps) {
        oracle.told(gap);
      }
      oracle.sync();
      synced(log, oracle, () -> false);
    } else {
      List<Plant.Gap> gaps = learn(log, oracle);
      // What is announced at once opens a segment, for which the oldest may have to go.
      long end = Math.min(log.stats().oldest(), oracle.next());
      assertThat(log.stats().evictedRecords()).as("%s", gaps).isEqualTo(oracle.needed(end));
      dropped += oracle.needed(end);
      oracle.drop(end);
      for (Plant.Gap gap : gaps) {
        oracle.told(gap);
        assertThat(gap.cause() != Loss.Cause.CORRUPT || roomWasMade).as("%s", gap).isTrue();
      }
    }
    assertThat(oracle.untold()).as("gone and not named").isZero();
    return log;
  }
}
