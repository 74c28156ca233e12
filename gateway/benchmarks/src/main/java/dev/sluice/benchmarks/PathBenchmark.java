package dev.sluice.benchmarks;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * The whole path, polled to acknowledged at QoS 1 with the outbox on disk; the load of the peers
 * that were measured on the same kind of machine.
 */
final class PathBenchmark {

  private static final int FLOW_SECONDS = 60;
  private static final String BLOCKED = "sluice_event_loop_blocked_total";

  private PathBenchmark() {}

  static void run(Figures figures, Effort effort) throws IOException {
    measure(figures, effort, "path-100x1000", 100, 1_000, 2.0, 200);
    measure(figures, effort, "path-1000x100", 1_000, 100, 3.0, 200);
  }

  private static void measure(
      Figures figures,
      Effort effort,
      String name,
      int devices,
      int points,
      double cpuGate,
      double memoryGate)
      throws IOException {
    try (var rig = new PathRig(devices, points, "zstd")) {
      Window window = window(rig, effort);
      double target = (double) devices * points;
      figures.atLeast(name + ".rate", window.rate() / target, "x_polled", 0.99);
      figures.atMost(name + ".cpu", window.cpuPerMillion(), "s/M_readings", cpuGate);
      figures.atMost(name + ".rss", window.residentBytes / 1e6, "MB", memoryGate);
      figures.tell(name + ".latency-p50", rig.meter().age(0.5), "ms");
      figures.tell(name + ".latency-p99", rig.meter().age(0.99), "ms");
      figures.atMost(name + ".wire", window.wireBytes(), "B/reading", 6);
      figures.tell(name + ".disk", window.diskBytes(), "B/reading");
      figures.atMost(name + ".blocked", window.blocked, "event_loop_turns_over_20ms", 0);
      figures.atMost(name + ".lost", (double) rig.meter().snapshot().missing(), "readings", 0);
    }
  }

  /** A small site at its defaults. */
  static void runSmall(Figures figures, Effort effort) throws IOException {
    try (var rig = new PathRig(10, 50, "zstd")) {
      Window window = window(rig, effort);
      figures.atMost("small.rss", window.residentBytes / 1e6, "MB", 100);
      figures.atMost("small.payload", window.payloadBytes(), "B/reading", 6);
      figures.atMost("small.disk", window.diskBytes(), "B/reading", 9);
      figures.tell("small.latency-p50", rig.meter().age(0.5), "ms");
      figures.tell("small.latency-p99", rig.meter().age(0.99), "ms");
    }
  }

  /** The broker is gone for a while; what was polled meanwhile has to arrive, once. */
  static void runOutage(Figures figures, Effort effort) throws IOException {
    int devices = 100;
    int points = 1_000;
    try (var rig = new PathRig(devices, points, "zstd")) {
      rig.awaitFlow(FLOW_SECONDS);
      PathRig.pause(TimeUnit.SECONDS.toMillis(5));
      rig.stopBroker();
      PathRig.pause(TimeUnit.SECONDS.toMillis(effort.outageSeconds()));
      long before = rig.meter().snapshot().readings();
      rig.startBroker();
      long start = System.nanoTime();
      long due = (long) devices * points * effort.outageSeconds();
      double seconds = 0;
      while (rig.meter().snapshot().readings() - before < due && seconds < 120) {
        PathRig.pause(100);
        seconds = (System.nanoTime() - start) / 1e9;
      }
      figures.tell("outage.caught-up", seconds, "s");
      PathRig.pause(TimeUnit.SECONDS.toMillis(5));
      rig.stopGateway();
      WireMeter.Snapshot end = rig.meter().snapshot();
      figures.atMost("outage.lost", (double) end.missing(), "readings", 0);
      // What was in flight when the broker went: the window, in messages of about 128 KiB.
      figures.atMost(
          "outage.repeated", (double) end.duplicates(), "readings", 2.0 * devices * points);
    }
  }

  /** What happened between two moments. */
  private record Window(
      double seconds,
      long readings,
      double cpuSeconds,
      long residentBytes,
      long wire,
      long payload,
      long disk,
      double blocked) {

    double rate() {
      return (double) readings / seconds;
    }

    double cpuPerMillion() {
      return cpuSeconds * 1e6 / readings;
    }

    double wireBytes() {
      return (double) wire / readings;
    }

    double payloadBytes() {
      return (double) payload / readings;
    }

    double diskBytes() {
      return (double) disk / readings;
    }
  }

  private static Window window(PathRig rig, Effort effort) throws IOException {
    rig.awaitFlow(FLOW_SECONDS);
    PathRig.pause(TimeUnit.SECONDS.toMillis(effort.warmUpSeconds()));
    double blocked = rig.metric(BLOCKED);
    rig.meter().forgetAges();
    ProcessUse useBefore = rig.use();
    WireMeter.Snapshot before = rig.meter().snapshot();
    long start = System.nanoTime();
    PathRig.pause(TimeUnit.SECONDS.toMillis(effort.seconds()));
    WireMeter.Snapshot after = rig.meter().snapshot();
    ProcessUse use = rig.use();
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Window(
        seconds,
        after.readings() - before.readings(),
        use.cpuSeconds() - useBefore.cpuSeconds(),
        use.residentBytes(),
        after.bytes() - before.bytes(),
        after.payloadBytes() - before.payloadBytes(),
        use.writtenBytes() - useBefore.writtenBytes(),
        rig.metric(BLOCKED) - blocked);
  }
}
