package dev.sluice.gateway.outbox.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Leaves a backlog and dies, or starts on one and says what that cost. */
final class BacklogChild {

  private static final int COMMIT = 1_000;

  private BacklogChild() {}

  /** Arguments: directory, and how many records to write; 0 to start on what is there. */
  public static void main(String[] args) throws IOException {
    Path directory = Path.of(args[0]);
    long records = Long.parseLong(args[1]);
    if (records == 0) {
      start(directory);
    } else {
      write(directory, records);
    }
    Runtime.getRuntime().halt(0); // nothing is sealed: the next start has to look for the end
  }

  private static Log open(Path directory) throws IOException {
    LogOptions options =
        new LogOptions(directory, 8L << 30, Duration.ofDays(30), 8 << 20, 64 << 20);
    return Log.open(
        options, FileOps.DISK, new TestClock(), new Plant.TestAnnouncer(), new Random(7));
  }

  private static void write(Path directory, long records) throws IOException {
    Log log = open(directory);
    log.cursor("cloud");
    log.syncCursors();
    byte[] payload = Plant.payload(1, 190);
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < COMMIT; i++) {
      entries.add(new Entry(Plant.DATA, 1, payload));
    }
    for (long n = 0; n < records; n += COMMIT) {
      log.commit(entries);
    }
  }

  private static void start(Path directory) throws IOException {
    open(Files.createTempDirectory(directory, "warm")).close(); // classes are no backlog
    long before = residentKib();
    long start = System.nanoTime();
    Log log = open(directory);
    long opened = System.nanoTime();
    try (LogReader reader = log.reader(log.cursor("cloud"))) {
      if (reader.read(0, 64 * 1024).records().isEmpty()) {
        throw new AssertionError("nothing there");
      }
    }
    System.out.printf(
        "result records=%d open_ms=%d read_ms=%d growth_kib=%d%n",
        log.next() - 1,
        (opened - start) / 1_000_000,
        (System.nanoTime() - opened) / 1_000_000,
        residentKib() - before);
  }

  private static long residentKib() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findAny()
        .orElseThrow();
  }
}
