package dev.sluice.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The entry: which benchmarks to run, by name; without a name, all. */
final class Bench {

  private Bench() {}

  /** One benchmark. */
  interface Benchmark {
    void run(Figures figures, Effort effort) throws IOException;
  }

  public static void main(String[] arguments) throws IOException {
    List<String> names = new ArrayList<>(List.of(arguments));
    Effort effort = names.remove("--quick") ? Effort.QUICK : Effort.FULL;
    Map<String, Benchmark> all = new LinkedHashMap<>();
    all.put("modbus", ModbusBenchmark::run);
    all.put("rtu", RtuBenchmark::run);
    all.put("path", PathBenchmark::run);
    all.put("outage", PathBenchmark::runOutage);
    all.put("small", PathBenchmark::runSmall);
    all.put("outbox", OutboxBenchmark::run);
    all.put("uplink", UplinkBenchmark::run);
    List<String> wanted = names.isEmpty() ? List.copyOf(all.keySet()) : names;
    for (String name : wanted) {
      if (!all.containsKey(name)) {
        System.err.println("no benchmark " + name + "; there are " + all.keySet());
        System.exit(2);
      }
    }
    var figures = new Figures(System.out);
    for (String name : wanted) {
      Benchmark benchmark = all.get(name);
      if (benchmark != null) {
        benchmark.run(figures, effort);
      }
    }
    System.exit(figures.failed() ? 1 : 0);
  }
}
