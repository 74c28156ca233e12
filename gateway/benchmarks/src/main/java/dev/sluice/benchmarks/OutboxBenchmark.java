package dev.sluice.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Our outbox against SQLite (WAL, FULL) and H2's MVStore: records a second, what a flash wears, how
 * long it takes to open a backlog; then what it costs in memory and how fast it drains. Records
 * have 4 KiB. The contenders take turns on one core, each in a process of its own.
 */
final class OutboxBenchmark {

  private static final String OURS = "sluice";
  private static final String SQLITE = "sqlite";
  private static final List<String> NAMES = List.of(OURS, SQLITE, "mvstore");

  /** As in the measurements that the log was designed after. */
  private static final long WINDOW_MICROS = 10_000;

  private static final long DEVICE_BYTES = 2L << 30;

  /**
   * A size of commits.
   *
   * @param records of 4 KiB in each
   * @param gate what may be written to the device for a byte of payload
   */
  private record CommitSize(int records, double gate) {}

  private static final List<CommitSize> COMMIT_SIZES =
      List.of(new CommitSize(1, 2.1), new CommitSize(10, 1.15), new CommitSize(32, 1.05));

  private OutboxBenchmark() {}

  static void run(Figures figures, Effort effort) throws IOException {
    Path scratch = Scratch.make("outbox");
    append(figures, effort, scratch);
    wear(figures, effort, scratch);
    BacklogBenchmark.run(figures, effort, scratch);
  }

  private static void append(Figures figures, Effort effort, Path scratch) throws IOException {
    try (var stores = Contenders.start(NAMES, scratch, effort)) {
      double grouped = stores.compare(figures, "outbox-append", Store.Use.APPEND, WINDOW_MICROS);
      figures.atLeast("outbox-append.rate", grouped, "x_sqlite", 3);
      double single = stores.compare(figures, "outbox-fsync", Store.Use.APPEND, 0);
      figures.atLeast("outbox-fsync.rate", single, "x_sqlite", 1);
      double ring = stores.compare(figures, "outbox-ring", Store.Use.RING, WINDOW_MICROS);
      figures.tell("outbox-ring.rate", ring, "x_sqlite");
    }
    try (var stores = Contenders.start(List.of("sluice-encrypted", OURS), scratch, effort)) {
      double encrypted =
          stores.compare(figures, "outbox-encryption", Store.Use.APPEND, WINDOW_MICROS);
      figures.atLeast("outbox-encryption.rate", encrypted, "x_plain", 0.75);
    }
  }

  /**
   * Counted once for each size, over all that was written: what comes seldom counts, too, and
   * counters of a device that nobody else writes to repeat within a hundredth.
   */
  private static void wear(Figures figures, Effort effort, Path scratch) throws IOException {
    if (!LoopDevice.isPossible()) {
      System.err.println("what a flash wears is counted on a device that only root can mount");
    }
    for (CommitSize size : COMMIT_SIZES) {
      String name = "outbox-wear-" + 4 * size.records + "KiB";
      double[] wear = new double[NAMES.size()];
      var table = new Table(name, "written/payload");
      for (int c = 0; c < wear.length; c++) {
        wear[c] =
            LoopDevice.isPossible()
                ? wear(effort, scratch, NAMES.get(c), size.records)
                : Double.NaN;
        table.row(NAMES.get(c), Figures.number(wear[c]));
      }
      figures.tell(table);
      double ours = wear[NAMES.indexOf(OURS)];
      figures.atMost(name, ours, "x_payload", size.gate);
      figures.atMost(name + ".ratio", ours / wear[NAMES.indexOf(SQLITE)], "x_sqlite", 0.45);
    }
  }

  private static double wear(Effort effort, Path scratch, String name, int records)
      throws IOException {
    Path directory = Files.createDirectories(scratch.resolve("device-" + name + "-" + records));
    String store = LoopDevice.mount(directory.getFileName()).resolve("store").toString();
    List<String> command =
        Program.javaCommand(
            StoreProgram.class, StoreProgram.arguments(name, scratch, store, effort));
    try (Program program =
        LoopDevice.start(name, StoreProgram.CPU, directory, DEVICE_BYTES, command)) {
      program.tell("open " + Store.Use.RING);
      program.expect("ready");
      // Of the smallest commits, half as much: they take by far the longest.
      long bytes = effort.ringBytes() / (records == 1 ? 2 : 1);
      program.tell("wear " + records + " " + bytes);
      String[] counted = program.expect("wear");
      return Double.parseDouble(counted[0]) / Double.parseDouble(counted[1]);
    }
  }
}
