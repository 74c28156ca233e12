package dev.sluice.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Our MQTT session beside two clients of others, at QoS 1 against mosquitto: they take turns on one
 * core, the broker has the other. Then what the forms cost.
 */
final class UplinkBenchmark {

  private static final List<String> NAMES = List.of("sluice", "hivemq", "paho");
  private static final List<Integer> KIBIBYTES = List.of(1, 16, 64);
  private static final int WINDOW = 100;
  private static final int WARM_UP_RUNS = 2;

  /** The one that the clients do not have. */
  private static final int BROKER_CPU = 0;

  private UplinkBenchmark() {}

  static void run(Figures figures, Effort effort) throws IOException {
    Path scratch = Scratch.make("uplink");
    publish(figures, effort, scratch);
    FormBenchmark.run(figures, effort);
  }

  private static void publish(Figures figures, Effort effort, Path scratch) throws IOException {
    var clients = new ArrayList<Program>();
    try (Broker broker = new Broker(scratch, BROKER_CPU)) {
      try {
        for (String name : NAMES) {
          Program client = PublishProgram.start(name, broker.port(), WINDOW);
          clients.add(client);
          client.expect("ready");
        }
        for (int size : KIBIBYTES) {
          compare(figures, effort, clients, size);
        }
      } finally {
        clients.forEach(Program::close);
      }
    }
  }

  private static void compare(Figures figures, Effort effort, List<Program> clients, int kibibytes)
      throws IOException {
    double[][] rates = new double[NAMES.size()][effort.runs()];
    double[][] cpu = new double[NAMES.size()][effort.runs()];
    for (int i = -WARM_UP_RUNS; i < effort.runs(); i++) {
      for (int c = 0; c < NAMES.size(); c++) {
        clients.get(c).tell("rate " + kibibytes * 1024 + " " + effort.runMillis());
        String[] words = clients.get(c).expect("rate");
        if (i >= 0) {
          rates[c][i] = Double.parseDouble(words[0]);
          cpu[c][i] = Double.parseDouble(words[1]);
        }
      }
    }
    String name = "uplink-publish-" + kibibytes + "KiB";
    var table = new Table(name, "messages/s", "cpu_s/100k");
    for (int c = 0; c < NAMES.size(); c++) {
      table.row(
          NAMES.get(c),
          Figures.number(Figures.median(rates[c])),
          Figures.number(Figures.median(cpu[c])));
    }
    figures.tell(table);
    figures.atLeast(name + ".rate", ratioToBest(rates), "x_best", 0.75);
  }

  /** Of neighbouring runs: what disturbs the machine disturbs all. */
  private static double ratioToBest(double[][] rates) {
    double[] ratios = new double[rates[0].length];
    for (int i = 0; i < ratios.length; i++) {
      double best = 0;
      for (int c = 1; c < rates.length; c++) {
        best = Math.max(best, rates[c][i]);
      }
      ratios[i] = rates[0][i] / best;
    }
    return Figures.median(ratios);
  }
}
