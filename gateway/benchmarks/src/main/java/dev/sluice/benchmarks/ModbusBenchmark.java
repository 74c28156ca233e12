package dev.sluice.benchmarks;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Our Modbus driver against the two that everybody knows, on the same plant, by turns: libmodbus in
 * C on one connection, j2mod with a thread per device on a thousand.
 */
final class ModbusBenchmark {

  private static final int WARM_UP_RUNS = 2;
  private static final int DEVICES = 1_000;

  private ModbusBenchmark() {}

  static void run(Figures figures, Effort effort) throws IOException {
    oneConnection(figures, effort);
    thousandDevices(figures, effort);
  }

  /** Everything on one core: only the cost of the software counts, no wake-ups of idle cores. */
  private static void oneConnection(Figures figures, Effort effort) throws IOException {
    try (var plant = plant(0)) {
      String port = plant.expect("listening")[0];
      String client = Program.compiled("libmodbus_client", "-lmodbus").toString();
      try (var peer = Program.start("libmodbus", 0, Map.of(), List.of(client, port));
          var ours = Program.java("sluice", 0, SluiceMaster.class, port, "1")) {
        ours.expect("ready");
        Rates rates = byTurns(effort, ours, peer);
        figures.tell("modbus-1.libmodbus", rates.peer, "requests/s");
        figures.tell("modbus-1.sluice", rates.ours, "requests/s");
        figures.tell("modbus-1.cpu", rates.cpuRatio, "x_libmodbus");
        figures.atLeast("modbus-1.rate", rates.ratio, "x_libmodbus", 0.9);
      }
    }
  }

  /** The plant on one core, the masters on the other. */
  private static void thousandDevices(Figures figures, Effort effort) throws IOException {
    String devices = Integer.toString(DEVICES);
    try (var plant = plant(0)) {
      String port = plant.expect("listening")[0];
      try (var peer = Program.java("j2mod", 1, J2modMaster.class, port, devices);
          var ours = Program.java("sluice", 1, SluiceMaster.class, port, devices)) {
        peer.expect("ready");
        ours.expect("ready");
        Rates rates = byTurns(effort, ours, peer);
        ProcessUse ourUse = ProcessUse.of(ours.pid());
        ProcessUse peerUse = ProcessUse.of(peer.pid());
        figures.tell("modbus-1000.j2mod", rates.peer, "requests/s");
        figures.tell("modbus-1000.sluice", rates.ours, "requests/s");
        figures.tell("modbus-1000.cpu", rates.cpuRatio, "x_j2mod");
        figures.atLeast("modbus-1000.rate", rates.ratio, "x_j2mod", 2.2);
        figures.tell("modbus-1000.sluice-rss", ourUse.residentBytes() / 1e6, "MB");
        figures.atMost(
            "modbus-1000.rss",
            (double) ourUse.residentBytes() / peerUse.residentBytes(),
            "x_j2mod",
            0.5);
        figures.tell("modbus-1000.sluice-threads", (double) ourUse.threads(), "threads");
        figures.atMost(
            "modbus-1000.threads", (double) ourUse.threads() / peerUse.threads(), "x_j2mod", 0.025);
      }
    }
  }

  private static Program plant(int cpu) throws IOException {
    String plant = Program.compiled("modbus_plant").toString();
    return Program.start("plant", cpu, Map.of(), List.of(plant, "0", "still"));
  }

  /** Medians; a ratio is that of two neighbouring runs. */
  private record Rates(double ours, double peer, double ratio, double cpuRatio) {}

  private static Rates byTurns(Effort effort, Program ours, Program peer) throws IOException {
    for (int i = 0; i < WARM_UP_RUNS; i++) {
      rate(effort, peer);
      rate(effort, ours);
    }
    double[] ourRates = new double[effort.runs()];
    double[] peerRates = new double[effort.runs()];
    double[] ratios = new double[effort.runs()];
    double[] cpuRatios = new double[effort.runs()];
    for (int i = 0; i < effort.runs(); i++) {
      double[] peerRate = rate(effort, peer);
      double[] ourRate = rate(effort, ours);
      peerRates[i] = peerRate[0];
      ourRates[i] = ourRate[0];
      ratios[i] = ourRate[0] / peerRate[0];
      cpuRatios[i] = ourRate[1] / peerRate[1];
    }
    return new Rates(
        Figures.median(ourRates),
        Figures.median(peerRates),
        Figures.median(ratios),
        Figures.median(cpuRatios));
  }

  private static double[] rate(Effort effort, Program master) throws IOException {
    master.tell("run " + effort.runMillis());
    String[] words = master.expect("rate");
    return new double[] {Double.parseDouble(words[0]), Double.parseDouble(words[1])};
  }
}
