package dev.sluice.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * What a master process speaks on its standard streams: {@code ready 0} when it is connected, then
 * for each {@code run MILLIS} a {@code rate REQUESTS_PER_SECOND CPU_SECONDS_PER_100000}. A master
 * of a serial line is connected again for each {@code open BAUD}, and says {@code ready 0} then. It
 * ends when its input does.
 */
final class MasterLoop {

  private MasterLoop() {}

  /** Runs for so many milliseconds and says how many requests were answered. */
  interface Load {
    long run(long millis) throws Exception;
  }

  /** Connects a serial line at a speed, however it was connected before. */
  interface Port {
    void open(int baud) throws Exception;
  }

  /** Serves a master that is connected. */
  static void serve(Load load) throws Exception {
    System.out.println("ready 0");
    serve(
        baud -> {
          throw new IOException("not a serial line");
        },
        load);
  }

  /** Serves a master of a serial line. */
  static void serve(Port port, Load load) throws Exception {
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (line.startsWith("open ")) {
        port.open(Integer.parseInt(line.substring(5)));
        System.out.println("ready 0");
        continue;
      }
      if (!line.startsWith("run ")) {
        throw new IOException("unknown command " + line);
      }
      long start = System.nanoTime();
      long cpu = cpuNanos();
      long requests = load.run(Long.parseLong(line.substring(4)));
      double seconds = (System.nanoTime() - start) / 1e9;
      double cpuSeconds = (cpuNanos() - cpu) / 1e9;
      System.out.printf(
          Locale.ROOT, "rate %.1f %.4f%n", requests / seconds, cpuSeconds * 1e5 / requests);
    }
  }

  /** What this process has used so far. */
  static long cpuNanos() {
    if (ManagementFactory.getOperatingSystemMXBean()
        instanceof com.sun.management.OperatingSystemMXBean system) {
      return system.getProcessCpuTime();
    }
    throw new IllegalStateException("this JVM does not tell its CPU time");
  }
}
