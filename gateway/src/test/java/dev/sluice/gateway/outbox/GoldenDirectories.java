package dev.sluice.gateway.outbox;

import dev.sluice.gateway.batch.GoldenPayloads;
import dev.sluice.gateway.outbox.log.Cursor;
import dev.sluice.gateway.outbox.log.Entry;
import dev.sluice.gateway.outbox.log.FileOps;
import dev.sluice.gateway.outbox.log.Keys;
import dev.sluice.gateway.outbox.log.Log;
import dev.sluice.gateway.outbox.log.LogClock;
import dev.sluice.gateway.outbox.log.LogOptions;
import dev.sluice.gateway.outbox.log.LogReader;
import dev.sluice.gateway.outbox.log.StoredRecord;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * How the golden directories were made, with the log as it was when its format was frozen. What is
 * under {@code outbox/format-1} was written once and is never made again: {@link #main} is here to
 * be read, and as a pattern for those of the next format.
 */
public final class GoldenDirectories {

  /** Test only, as all keys here. */
  static final byte[] NEWEST = key("the newest key, for a test only.");

  static final byte[] FORMER = key("the former key, for a test only.");

  /** Nobody has it when the directory is complete. */
  static final byte[] LOST = key("the lost key, it opens no door..");

  public static final String CLOUD = "cloud";
  public static final String PLANT = "plant/2";
  static final int SEGMENT = 16 * 1024;
  private static final int PAGE = 4096;

  /** A clock that moves only by hand. */
  private static final class HandClock implements LogClock {
    private long nanos = 5_000_000_000L;
    private long millis = 1_700_000_000_000L;
    private boolean trusted = true;

    void pass(Duration time) {
      nanos += time.toNanos();
      millis += time.toMillis();
    }

    void distrust() {
      trusted = false;
      millis = 0;
    }

    @Override
    public long nanos() {
      return nanos;
    }

    @Override
    public long millis() {
      return millis;
    }

    @Override
    public boolean trusted() {
      return trusted;
    }
  }

  private final HandClock clock = new HandClock();
  private final Random random;
  private final Path directory;

  private GoldenDirectories(Path directory, long seed) {
    this.directory = directory;
    this.random = new Random(seed);
  }

  private static byte[] key(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** A copy of a golden directory, which is lost without one. */
  public static Path copyOf(String name, Path into) throws IOException {
    Path copy = Files.createDirectories(into.resolve(name));
    for (Path file : files(golden(name))) {
      Files.copy(file, copy.resolve(file.getFileName()));
    }
    return copy;
  }

  static Path golden(String name) {
    try {
      var found = GoldenDirectories.class.getResource("/outbox/format-1/" + name);
      return Path.of(Objects.requireNonNull(found, name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(name, e);
    }
  }

  static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.sorted().toList();
    }
  }

  /** What is needed to read the encrypted one, but for what is locked. */
  public static Keys keys() {
    return Keys.of(NEWEST, List.of(FORMER));
  }

  /** As the gateway opens it, but that the clock stands still. */
  public static Log open(Path directory, Keys keys) throws IOException {
    return open(directory, keys, new HandClock(), new Random(1));
  }

  private static Log open(Path directory, Keys keys, LogClock clock, Random random)
      throws IOException {
    var options =
        new LogOptions(directory, 64L * SEGMENT, Duration.ofDays(30), SEGMENT, 4L * SEGMENT, keys);
    return Log.open(options, FileOps.DISK, clock, new Gaps(), random);
  }

  private Log process(Keys keys) throws IOException {
    return open(directory, keys, clock, random);
  }

  /** Into a directory that is given and must not hold any yet. */
  public static void main(String[] args) throws IOException {
    Path target = Path.of(args[0]);
    Path work = Files.createTempDirectory("golden");
    new GoldenDirectories(work.resolve("plain"), 4).plain(target.resolve("plain"));
    new GoldenDirectories(work.resolve("encrypted"), 5).encrypted(target.resolve("encrypted"));
    GoldenPayloads.anchors(target.resolve("beside").resolve("anchors"));
  }

  private static Entry data(int n) {
    return new Entry(RecordKind.DATA.code(), 12, GoldenPayloads.data(n));
  }

  private static Entry large(int n) {
    return new Entry(RecordKind.DATA.code(), 480, GoldenPayloads.large(n));
  }

  private static Entry state(boolean up) {
    return new Entry(RecordKind.DEVICE_STATE.code(), 0, GoldenPayloads.state(up));
  }

  private void commit(Log log, Entry... entries) throws IOException {
    log.commit(List.of(entries));
    clock.pass(Duration.ofSeconds(1));
  }

  private void plain(Path target) throws IOException {
    try (Log log = process(Keys.NONE)) {
      boolean joined = log.join(Map.of(CLOUD, false));
      Cursor cloud = log.cursor(CLOUD);
      commit(log, data(1), state(false)); // segment 1: 1 to 4
      commit(log, data(3));
      commit(log, data(4));
      cloud.acknowledge(1, 2);
      clock.pass(Duration.ofDays(31));
      commit(log, data(5)); // segment 2: 5 to 7
      log.expire();
      clock.pass(Duration.ofMinutes(11));
      log.expire(); // 6: 3 and 4 are gone for the cloud; segment 1 is spare
      cloud.acknowledge(3, 5);
      commit(log, data(7));
      commit(log, data(8)); // segment 3 in the file of segment 1: 8 and 9
      joined = log.join(Map.of(CLOUD, false, PLANT, true)); // 9: all before is not for plant/2
      commit(log, large(10)); // segment 4: 10 and 11; page 3 of segment 3 stays as it was
      commit(log, data(11));
      commit(log, data(12), state(true), data(14)); // segment 5: 12 to 15
      flip("05.seg", 3 * PAGE + 60); // in the payload of 7
      try (LogReader reader = log.reader(cloud)) {
        reader.read(0, 1 << 20).holes().forEach(log::missing);
      }
      commit(log); // 15: 7 is gone for all
      cloud.acknowledge(7, 7);
      cloud.acknowledge(9, 9);
      check(joined && log.syncCursors());
    }
    clock.distrust();
    try (Log log = process(Keys.NONE)) {
      Entry early = new Entry(RecordKind.DATA.code(), 6, GoldenPayloads.early(16));
      commit(log, early, state(true)); // segment 6: 16 and 17
      Cursor cloud = log.cursor(CLOUD);
      Cursor plant = log.cursor(PLANT);
      cloud.acknowledge(10, 11);
      cloud.acknowledge(13, 13);
      plant.acknowledge(10, 12);
      plant.acknowledge(14, 14);
      check(log.syncCursors()); // segment 4 is spare
      plant.acknowledge(16, 16);
      cloud.acknowledge(16, 16);
      byte[] before = Files.readAllBytes(named("plant%2F2.cursor"));
      check(log.syncCursors());
      commit(log, large(18));
      copy(target); // as a killed process leaves it
      tear(target, before);
    }
  }

  private void encrypted(Path target) throws IOException {
    try (Log log = process(Keys.of(LOST, List.of()))) {
      boolean joined = log.join(Map.of(CLOUD, false));
      commit(log, data(1)); // segment 1: 1 and 2
      commit(log, data(2));
      check(joined && log.syncCursors());
    }
    try (Log log = process(Keys.of(FORMER, List.of()))) {
      commit(log, data(4), state(false)); // segment 2; 3: 1 and 2 are gone for want of the key
      commit(log, large(6)); // segment 3
    }
    try (Log log = process(keys())) {
      commit(log, data(8), data(9)); // segment 4; 7: 1 and 2 are gone, once more
      commit(log, data(10));
      Cursor cloud = log.cursor(CLOUD);
      cloud.acknowledge(5, 5);
      cloud.acknowledge(9, 9);
      check(log.syncCursors());
      copy(target);
    }
  }

  private Path named(String end) throws IOException {
    return files(directory).stream()
        .filter(file -> file.toString().endsWith(end))
        .findFirst()
        .orElseThrow();
  }

  /** As a medium that rots. */
  private void flip(String end, int at) throws IOException {
    Path file = named(end);
    byte[] bytes = Files.readAllBytes(file);
    bytes[at] ^= 1;
    Files.write(file, bytes);
  }

  private void copy(Path target) throws IOException {
    Files.createDirectories(target);
    for (Path file : files(directory)) {
      if (!file.endsWith("lock")) {
        Files.copy(file, target.resolve(file.getFileName()));
      }
    }
  }

  /**
   * The last write of each was half done: of a commit of two pages, and of the slot of a cursor.
   */
  private static void tear(Path target, byte[] before) throws IOException {
    Path tail = target.resolve("0000000006-00000000000000000016.seg");
    Files.write(tail, Arrays.copyOf(Files.readAllBytes(tail), 3 * PAGE + 1000));
    Path cursor = target.resolve("plant%2F2.cursor");
    byte[] after = Files.readAllBytes(cursor);
    int slot = Arrays.equals(after, 0, PAGE, before, 0, PAGE) ? PAGE : 0;
    System.arraycopy(before, slot + 48, after, slot + 48, PAGE - 48);
    Files.write(cursor, after);
  }

  private static void check(boolean worked) throws IOException {
    if (!worked) {
      throw new IOException("a cursor was not written");
    }
  }

  /**
   * All that a cursor has left, a line each: seq, kind, readings, length, SHA-256 (the first 8).
   */
  static List<String> lines(Log log, Cursor cursor) throws IOException {
    var lines = new ArrayList<String>();
    for (StoredRecord record : records(log, cursor).values()) {
      lines.add(
          String.format(
              "%d %s %d %d %s",
              record.seq(),
              RecordKind.ofCode(record.kind()),
              record.readings(),
              record.payload().length,
              digest(record.payload())));
    }
    return lines;
  }

  /** All that a cursor has left, by seq. */
  public static Map<Long, StoredRecord> records(Log log, Cursor cursor) throws IOException {
    var records = new TreeMap<Long, StoredRecord>();
    try (LogReader reader = log.reader(cursor)) {
      long from = 0;
      List<StoredRecord> found;
      do {
        LogReader.Read read = reader.read(from, 64 * 1024);
        if (!read.holes().isEmpty()) {
          throw new AssertionError("missing: " + read.holes());
        }
        found = read.records();
        for (StoredRecord record : found) {
          records.put(record.seq(), record);
          from = record.seq() + 1;
        }
      } while (!found.isEmpty());
    }
    return records;
  }

  static String digest(byte[] payload) {
    try {
      byte[] all = MessageDigest.getInstance("SHA-256").digest(payload);
      return HexFormat.of().formatHex(all, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("BUG: every Java has SHA-256", e);
    }
  }
}
