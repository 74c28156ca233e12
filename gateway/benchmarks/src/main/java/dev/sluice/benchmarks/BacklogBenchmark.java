package dev.sluice.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A backlog after a long outage: how long a start takes with it, whether it costs memory, and how
 * fast it drains beside live records.
 */
final class BacklogBenchmark {

  private static final String OURS = "sluice";
  private static final List<String> NAMES = List.of(OURS, "sqlite", "mvstore");
  private static final Path DROP_CACHES = Path.of("/proc/sys/vm/drop_caches");

  /** The peak that the outbox is designed for: live records a second, of 4 KiB. */
  private static final int LIVE_RATE = 2_000;

  private BacklogBenchmark() {}

  static void run(Figures figures, Effort effort, Path scratch) throws IOException {
    for (String name : NAMES) {
      fill(effort, scratch, name, effort.backlogBytes());
    }
    open(figures, effort, scratch);
    for (String name : NAMES) {
      if (!name.equals(OURS)) {
        Scratch.clear(scratch.resolve(name));
      }
    }
    memory(figures, scratch);
    drain(figures, effort, scratch);
  }

  /** Killed when it is full: nobody closes files when the current goes. */
  private static void fill(Effort effort, Path scratch, String name, long bytes)
      throws IOException {
    try (Program program = StoreProgram.start(name, scratch, effort)) {
      program.tell("open " + Store.Use.BACKLOG);
      program.expect("ready");
      program.tell("fill " + bytes);
      program.expect("filled");
      program.kill();
    }
  }

  private static void open(Figures figures, Effort effort, Path scratch) throws IOException {
    double[][] opens = new double[NAMES.size()][effort.runs()];
    double[][] reads = new double[NAMES.size()][effort.runs()];
    for (int i = 0; i < effort.runs(); i++) {
      for (int c = 0; c < NAMES.size(); c++) {
        try (Program program = StoreProgram.start(NAMES.get(c), scratch, effort)) {
          program.tell("rehearse");
          program.expect("rehearsed");
          dropCaches();
          program.tell("recover");
          String[] words = program.expect("recovered");
          program.kill();
          opens[c][i] = Double.parseDouble(words[0]) / 1_000;
          reads[c][i] = Double.parseDouble(words[1]) / 1_000;
        }
      }
    }
    var table = new Table("outbox-open", "open_s", "first_read_s");
    for (int c = 0; c < NAMES.size(); c++) {
      table.row(
          NAMES.get(c),
          Figures.number(Figures.median(opens[c])),
          Figures.number(Figures.median(reads[c])));
    }
    figures.tell(table);
    double[] ratios = new double[effort.runs()];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = opens[0][i] / opens[1][i];
    }
    figures.atMost("outbox-open.time", Figures.median(opens[0]), "s", 0.2);
    figures.tell("outbox-open.ratio", Figures.median(ratios), "x_sqlite");
  }

  /** After a power cut nothing is in memory. */
  private static void dropCaches() throws IOException {
    try (Program sync = Program.start("sync", -1, Map.of(), List.of("sync"))) {
      sync.awaitEnd(120);
    }
    if (Files.isWritable(DROP_CACHES)) {
      Files.writeString(DROP_CACHES, "3");
    } else {
      System.err.println("only root can drop the page cache: the backlog is opened from memory");
    }
  }

  /** With a backlog and without, while a reader walks through it. */
  private static void memory(Figures figures, Path scratch) throws IOException {
    double without = heap(scratch.resolve("empty"));
    double with = heap(scratch.resolve(OURS));
    figures.tell("outbox-heap.with-backlog", with / (1 << 20), "MiB");
    figures.atMost("outbox-heap.growth", (with - without) / (1 << 20), "MiB", 8);
  }

  private static double heap(Path directory) throws IOException {
    try (Program program =
        Program.java("drain", StoreProgram.CPU, DrainProgram.class, directory.toString())) {
      program.tell("heap " + LIVE_RATE);
      return Double.parseDouble(program.expect("heap")[0]);
    }
  }

  private static void drain(Figures figures, Effort effort, Path scratch) throws IOException {
    double[] rates = new double[effort.runs()];
    double[] durable = new double[effort.runs()];
    double[] read = new double[effort.runs()];
    double refused = 0;
    for (int i = 0; i < effort.runs(); i++) {
      Scratch.clear(scratch.resolve(OURS));
      fill(effort, scratch, OURS, effort.backlogBytes() / 4);
      String directory = scratch.resolve(OURS).toString();
      try (Program program =
          Program.java("drain", StoreProgram.CPU, DrainProgram.class, directory)) {
        program.tell("drain " + LIVE_RATE);
        String[] words = program.expect("drained");
        rates[i] = Double.parseDouble(words[0]);
        durable[i] = Double.parseDouble(words[1]);
        read[i] = Double.parseDouble(words[2]);
        refused += Double.parseDouble(words[3]);
      }
    }
    figures.tell("outbox-drain.records", Figures.median(rates), "records/s");
    figures.atLeast("outbox-drain.rate", Figures.median(rates) / LIVE_RATE, "x_live", 10);
    figures.tell("outbox-drain.live-durable-p99", Figures.median(durable), "ms");
    // Two seconds and the linger of a batch, which has passed when a record comes to the outbox.
    figures.atMost("outbox-drain.live-read-p99", Figures.median(read), "ms", 2_000);
    figures.atMost("outbox-drain.live-refused", refused, "records", 0);
  }
}
