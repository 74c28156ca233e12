package dev.sluice.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Our outbox against SQLite (WAL, FULL) and H2's MVStore: records a second, what a flash wears, how
 * long it takes to open a backlog; then what it costs in memory and how fast it drains. Records
 * have 4 KiB. The contenders take turns on one core, each in a process of its own.
 */
final class OutboxBenchmark {

  static final int CPU = 1;

  private static final String OURS = "sluice";
  private static final String SQLITE = "sqlite";
  private static final List<String> NAMES = List.of(OURS, SQLITE, "mvstore");

  /** As in the measurements that the log was designed after. */
  private static final long WINDOW_MICROS = 10_000;

  private static final int WARM_UP_RUNS = 2;

  /** Records in a commit while nothing is measured. */
  private static final int SETTLING = 32;

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

  /** Starts a contender in a directory of its own. */
  static Program contender(String name, Path scratch, Effort effort) throws IOException {
    return Program.java(name, CPU, StoreProgram.class, arguments(name, scratch, name, effort));
  }

  private static String[] arguments(String name, Path scratch, String directory, Effort effort)
      throws IOException {
    Path libraries = Files.createDirectories(scratch.resolve("libraries"));
    return new String[] {
      name,
      scratch.resolve(directory).toString(),
      Long.toString(effort.ringBytes()),
      libraries.toString()
    };
  }

  private static void append(Figures figures, Effort effort, Path scratch) throws IOException {
    List<Program> contenders = new ArrayList<>();
    try {
      for (String name : NAMES) {
        contenders.add(contender(name, scratch, effort));
      }
      append(figures, effort, contenders, "outbox-append", Store.Use.APPEND, WINDOW_MICROS, 3);
      append(figures, effort, contenders, "outbox-fsync", Store.Use.APPEND, 0, 1);
      append(figures, effort, contenders, "outbox-ring", Store.Use.RING, WINDOW_MICROS, Double.NaN);
    } finally {
      contenders.forEach(Program::close);
    }
  }

  /**
   * One way to append.
   *
   * @param windowMicros of a commit; 0 for one record in each
   * @param gate times the rate of SQLite; not a number where that is only told
   */
  private static void append(
      Figures figures,
      Effort effort,
      List<Program> contenders,
      String name,
      Store.Use use,
      long windowMicros,
      double gate)
      throws IOException {
    double[][] rates = new double[NAMES.size()][effort.runs()];
    for (int c = 0; c < contenders.size(); c++) {
      prepare(contenders.get(c), use, use == Store.Use.RING || NAMES.get(c).equals(OURS));
    }
    for (int i = -WARM_UP_RUNS; i < effort.runs(); i++) {
      for (int c = 0; c < contenders.size(); c++) {
        Program contender = contenders.get(c);
        boolean grows = use == Store.Use.APPEND && !NAMES.get(c).equals(OURS);
        if (grows) {
          prepare(contender, use, false); // else its file would grow from run to run
        }
        contender.tell("rate " + windowMicros + " " + effort.runMillis());
        double rate = Double.parseDouble(contender.expect("rate")[0]);
        if (i >= 0) {
          rates[c][i] = rate;
        }
      }
    }
    var table = new Table(name, "records/s", "best", "x_sqlite");
    double[] ratios = new double[NAMES.size()];
    for (int c = 0; c < ratios.length; c++) {
      ratios[c] = ratio(rates[c], rates[NAMES.indexOf(SQLITE)]);
      table.row(
          NAMES.get(c),
          Figures.number(Figures.median(rates[c])),
          Figures.number(Arrays.stream(rates[c]).max().orElse(0)),
          Figures.number(ratios[c]));
    }
    figures.tell(table);
    double ours = ratios[NAMES.indexOf(OURS)];
    if (Double.isNaN(gate)) {
      figures.tell(name + ".rate", ours, "x_sqlite");
    } else {
      figures.atLeast(name + ".rate", ours, "x_sqlite", gate);
    }
  }

  /**
   * Gives it an empty store.
   *
   * @param steady whether that is written over twice first: a store that has run for some hours is
   *     measured, not one that takes its room from the file system for the first time
   */
  private static void prepare(Program contender, Store.Use use, boolean steady) throws IOException {
    contender.tell("open " + use);
    contender.expect("ready");
    if (steady) {
      contender.tell("settle " + SETTLING);
      contender.expect("settled");
    }
  }

  /** Of neighbouring runs; what disturbs the machine disturbs both. */
  private static double ratio(double[] ours, double[] theirs) {
    double[] ratios = new double[ours.length];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = ours[i] / theirs[i];
    }
    return Figures.median(ratios);
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
        Program.javaCommand(StoreProgram.class, arguments(name, scratch, store, effort));
    try (Program program = LoopDevice.start(name, CPU, directory, DEVICE_BYTES, command)) {
      program.tell("open " + Store.Use.RING);
      program.expect("ready");
      program.tell("wear " + records + " " + effort.ringBytes());
      String[] counted = program.expect("wear");
      return Double.parseDouble(counted[0]) / Double.parseDouble(counted[1]);
    }
  }
}
