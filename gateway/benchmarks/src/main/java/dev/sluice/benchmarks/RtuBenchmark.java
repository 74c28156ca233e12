package dev.sluice.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Masters of a serial line against the wire itself: what part of the bus they use, whether they
 * keep the silence between frames, what it costs. Each has a bus of its own, and they take turns.
 * The lines have one core, the masters the other.
 */
final class RtuBenchmark {

  /**
   * A speed.
   *
   * @param useGate the part of the bus that we have to use there
   * @param cpuGate what a transaction may cost, in parts of what it costs j2mod; not a number where
   *     that is only told: on a slow bus most of it is being woken up, for everybody
   */
  private record Speed(int baud, double useGate, double cpuGate) {}

  private static final List<Speed> SPEEDS =
      List.of(
          new Speed(9_600, 0.97, Double.NaN),
          new Speed(19_200, 0.97, Double.NaN),
          new Speed(115_200, 0.95, 0.5));

  /** Places in the list of masters. */
  private static final int LIBMODBUS_GAP = 1;

  private static final int J2MOD = 2;
  private static final int SLUICE = 3;

  private RtuBenchmark() {}

  static void run(Figures figures, Effort effort) throws IOException {
    List<Contender> contenders = new ArrayList<>();
    try {
      String client = Program.compiled("libmodbus_rtu_client", "-lmodbus").toString();
      contenders.add(Contender.start("libmodbus", path -> program("libmodbus", client, path)));
      contenders.add(
          Contender.start("libmodbus-gap", path -> program("libmodbus-gap", client, path, "gap")));
      contenders.add(
          Contender.start(
              "j2mod", path -> Program.java("j2mod", 1, J2modSerialMaster.class, path)));
      contenders.add(
          Contender.start(
              "sluice", path -> Program.java("sluice", 1, SluiceSerialMaster.class, path)));
      warmUp(contenders, effort);
      for (Speed speed : SPEEDS) {
        measure(figures, effort, contenders, speed);
      }
    } finally {
      contenders.forEach(Contender::close);
    }
    BusBenchmark.run(figures, effort);
  }

  private static Program program(String name, String... command) throws IOException {
    return Program.start(name, 1, Map.of(), List.of(command));
  }

  /** All at once and at the highest speed: at the lowest it would take minutes. */
  private static void warmUp(List<Contender> contenders, Effort effort) throws IOException {
    for (Contender contender : contenders) {
      contender.open(115_200);
    }
    for (Contender contender : contenders) {
      contender.begin(effort.runs() * effort.runMillis());
    }
    for (Contender contender : contenders) {
      contender.end();
    }
  }

  private static void measure(
      Figures figures, Effort effort, List<Contender> contenders, Speed speed) throws IOException {
    List<List<Contender.Run>> runs = new ArrayList<>();
    for (Contender contender : contenders) {
      contender.open(speed.baud);
      contender.run(
          effort.runMillis()); // counts for nothing: caches and timers are of another speed
      runs.add(new ArrayList<>());
    }
    for (int i = 0; i < effort.runs(); i++) {
      for (int c = 0; c < contenders.size(); c++) {
        runs.get(c).add(contenders.get(c).run(effort.runMillis()));
      }
    }
    String name = "rtu-" + speed.baud;
    var table =
        new Table(
            name,
            "bus_use",
            "best",
            "violations",
            "transactions/s",
            "cpu_ms",
            "lost_us",
            "late_us");
    for (int c = 0; c < contenders.size(); c++) {
      table.row(contenders.get(c).name(), row(runs.get(c)));
    }
    figures.tell(table);
    figures.tell(
        name + ".use-vs-libmodbus-gap",
        useRatio(runs.get(SLUICE), runs.get(LIBMODBUS_GAP)),
        "x_libmodbus-gap");
    List<Contender.Run> j2mod = runs.get(J2MOD);
    List<Contender.Run> ours = runs.get(SLUICE);
    double[] cpu = new double[ours.size()];
    for (int i = 0; i < cpu.length; i++) {
      cpu[i] = ours.get(i).cpuMillis() / j2mod.get(i).cpuMillis();
    }
    figures.atLeast(name + ".use", median(ours, Contender.Run::use), "of_bus", speed.useGate);
    figures.atMost(name + ".violations", sum(ours), "requests", 0);
    if (Double.isNaN(speed.cpuGate)) {
      figures.tell(name + ".cpu", Figures.median(cpu), "x_j2mod");
    } else {
      figures.atMost(name + ".cpu", Figures.median(cpu), "x_j2mod", speed.cpuGate);
    }
  }

  /** Of neighbouring runs; what disturbs the machine disturbs both. */
  private static double useRatio(List<Contender.Run> ours, List<Contender.Run> theirs) {
    double[] ratios = new double[ours.size()];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = ours.get(i).use() / theirs.get(i).use();
    }
    return Figures.median(ratios);
  }

  private static String[] row(List<Contender.Run> runs) {
    long requests = runs.stream().mapToLong(run -> run.report().answered()).sum();
    return new String[] {
      Figures.number(median(runs, Contender.Run::use)),
      Figures.number(runs.stream().mapToDouble(Contender.Run::use).max().orElse(0)),
      (long) sum(runs) + "/" + requests,
      Figures.number(median(runs, run -> run.report().rate())),
      Figures.number(median(runs, Contender.Run::cpuMillis)),
      Figures.number(median(runs, run -> run.report().lostMicros())),
      Figures.number(median(runs, run -> run.report().lateMicros()))
    };
  }

  private static double sum(List<Contender.Run> runs) {
    return runs.stream().mapToDouble(run -> run.report().violations()).sum();
  }

  private static double median(List<Contender.Run> runs, ToDoubleFunction<Contender.Run> of) {
    return Figures.median(runs.stream().mapToDouble(of).toArray());
  }
}
