package dev.sluice.gateway.outbox.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;

/** A log in memory, and the few words that tests of it share. */
final class Plant {

  static final Path DIRECTORY = Path.of("/outbox");
  static final int DATA = 0;
  static final int GAP = 2;
  static final int SEGMENT = 32 * 1024;

  final TestClock clock = new TestClock();
  MemoryFiles files = new MemoryFiles();
  LogOptions options =
      new LogOptions(DIRECTORY, 8 * SEGMENT, Duration.ofDays(30), SEGMENT, 4 * SEGMENT);

  static Plant of(java.util.Map<Path, byte[]> contents) {
    Plant plant = new Plant();
    plant.files = MemoryFiles.of(contents);
    return plant;
  }

  /** What the logs of this thread are opened with when their options name no keys. */
  static final ThreadLocal<Supplier<Keys>> KEYS = ThreadLocal.withInitial(() -> () -> Keys.NONE);

  Log open() throws IOException {
    LogOptions all = options.keys().equals(Keys.NONE) ? with(KEYS.get().get()) : options;
    return Log.open(all, files, clock, new TestAnnouncer(), new Random(7));
  }

  LogOptions with(Keys keys) {
    return new LogOptions(
        options.directory(),
        options.maxBytes(),
        options.maxAge(),
        options.segmentBytes(),
        options.maxDamaged(),
        keys);
  }

  /** Seeded, or as given by -Dsluice.seed. */
  static long seed() {
    String given = System.getProperty("sluice.seed", "");
    long seed = given.isEmpty() ? new Random().nextLong() : Long.parseLong(given);
    System.out.println("seed " + seed);
    return seed;
  }

  static boolean thorough() {
    return Boolean.getBoolean("sluice.long");
  }

  /** A payload that can be told from all others. */
  static byte[] payload(long n, int size) {
    byte[] bytes = new byte[Math.max(8, size)];
    new Random(n).nextBytes(bytes);
    ByteBuffer.wrap(bytes).putLong(0, n);
    return bytes;
  }

  static Entry entry(long n, int size) {
    return new Entry(DATA, (int) (n % 7), payload(n, size));
  }

  static List<Entry> entries(long from, int count, int size) {
    List<Entry> entries = new ArrayList<>();
    for (long n = from; n < from + count; n++) {
      entries.add(entry(n, size));
    }
    return entries;
  }

  /** All that the cursor has left, by seq; commits what the reading found missing. */
  static TreeMap<Long, StoredRecord> drain(Log log, Cursor cursor) throws IOException {
    TreeMap<Long, StoredRecord> all = new TreeMap<>();
    try (LogReader reader = log.reader(cursor)) {
      long from = 0;
      for (int empty = 0, rounds = 0; empty < 2; rounds++) {
        if (rounds > 100_000) {
          throw new AssertionError("reading does not end");
        }
        LogReader.Read read = reader.read(from, 64 * 1024);
        read.holes().forEach(log::missing);
        if (log.owes()) {
          log.commit(List.of());
        }
        for (StoredRecord record : read.records()) {
          all.put(record.seq(), record);
          from = record.seq() + 1;
        }
        empty = read.records().isEmpty() ? empty + 1 : 0;
      }
    }
    return all;
  }

  /** Announces with four numbers and a name; carried ones of the same cause are joined with it. */
  static final class TestAnnouncer implements Announcer {

    @Override
    public int kind() {
      return GAP;
    }

    @Override
    public List<Entry> announce(Loss loss, List<byte[]> carried) {
      String uplink = loss.uplink();
      Map<Loss.Cause, Gap> byCause = new TreeMap<>();
      byCause.put(
          loss.cause(), new Gap(loss.first(), loss.last(), loss.readings(), loss.cause(), uplink));
      carried.stream()
          .map(Gap::of)
          .filter(gap -> uplink.isEmpty() || gap.concerns(uplink))
          .forEach(gap -> byCause.merge(gap.cause(), gap.of(uplink), Gap::join));
      return byCause.values().stream().map(gap -> new Entry(GAP, 0, gap.encode())).toList();
    }

    @Override
    public long[] settles(byte[] payload, String uplink) {
      Gap gap = Gap.of(payload);
      return gap.concerns(uplink) ? new long[] {gap.first(), gap.last()} : new long[0];
    }
  }

  /** What {@link TestAnnouncer} wrote. */
  record Gap(long first, long last, long readings, Loss.Cause cause, String uplink) {

    static Gap of(StoredRecord record) {
      return of(record.payload());
    }

    static Gap of(byte[] payload) {
      ByteBuffer bytes = ByteBuffer.wrap(payload);
      return new Gap(
          bytes.getLong(),
          bytes.getLong(),
          bytes.getLong(),
          Loss.Cause.values()[(int) bytes.getLong()],
          new String(payload, 32, payload.length - 32, StandardCharsets.UTF_8));
    }

    byte[] encode() {
      byte[] name = uplink.getBytes(StandardCharsets.UTF_8);
      ByteBuffer bytes = ByteBuffer.allocate(32 + name.length);
      bytes.putLong(first).putLong(last).putLong(readings).putLong(cause.ordinal()).put(name);
      return bytes.array();
    }

    Gap of(String other) {
      return new Gap(first, last, readings, cause, other);
    }

    Gap join(Gap other) {
      return new Gap(
          Math.min(first, other.first),
          Math.max(last, other.last),
          readings + other.readings,
          cause,
          uplink);
    }

    boolean concerns(String id) {
      return uplink.isEmpty() || uplink.equals(id);
    }

    boolean names(long seq) {
      return first <= seq && seq <= last;
    }
  }

  static List<Gap> gaps(TreeMap<Long, StoredRecord> records) {
    return records.values().stream().filter(r -> r.kind() == GAP).map(Gap::of).toList();
  }
}
