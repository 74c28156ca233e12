package dev.sluice.benchmarks;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * The gateway itself on a bus as it is in the field: ten slaves asked once a second with everything
 * at its default, of which one is slow and one dies, and a hundredth of the replies is damaged.
 */
final class BusBenchmark {

  private static final int SLAVES = 10;
  private static final int DEAD = 4;
  private static final int SLOW = 7;
  private static final int SLOW_MILLIS = 200;
  private static final int DAMAGED_PERMILLE = 10;
  private static final int START_SECONDS = 30;
  private static final List<String> CAUSES =
      List.of("useful", "failed", "retries", "probes", "writes");

  private BusBenchmark() {}

  static void run(Figures figures, Effort effort) throws IOException {
    try (var line =
            PacedLine.start(
                "-n",
                Integer.toString(SLAVES),
                "-s",
                SLOW + ":" + SLOW_MILLIS,
                "-x",
                Integer.toString(DAMAGED_PERMILLE));
        var rig = new BusRig(line.path(), SLAVES)) {
      awaitPolls(rig);
      PathRig.pause(TimeUnit.SECONDS.toMillis(effort.warmUpSeconds()));
      line.reset();
      line.setDead(DEAD);
      Scrape before = rig.scrape();
      long start = System.nanoTime();
      PathRig.pause(TimeUnit.SECONDS.toMillis(effort.busSeconds()));
      BusReport report = line.report();
      Scrape after = rig.scrape();
      double seconds = (System.nanoTime() - start) / 1e9;
      tell(figures, report, before, after, seconds);
    }
  }

  /** Until every slave has answered once. */
  private static void awaitPolls(BusRig rig) throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (!rig.isPolling()) {
      if (System.nanoTime() - end > 0) {
        throw new IOException("not all slaves answered within " + START_SECONDS + " s");
      }
      PathRig.pause(200);
    }
  }

  private static void tell(
      Figures figures, BusReport report, Scrape before, Scrape after, double seconds) {
    var slaves = new Table("bus-slave", "polls/s", "good_on_the_wire/s", "what");
    double worst = Double.POSITIVE_INFINITY;
    for (int unit = 1; unit <= SLAVES; unit++) {
      String[] labels = {"device=\"" + BusRig.device(unit) + "\"", "result=\"ok\""};
      String name = "sluice_device_polls_total";
      double rate = (after.sum(name, labels) - before.sum(name, labels)) / seconds;
      double wire = report.byUnit().get(unit - 1) / seconds;
      slaves.row(
          Integer.toString(unit),
          Figures.number(rate),
          Figures.number(wire),
          unit == DEAD ? "dead" : unit == SLOW ? SLOW_MILLIS + " ms late" : "");
      if (unit != DEAD) {
        worst = Math.min(worst, rate);
      }
    }
    figures.tell(slaves);
    var times = new Table("bus-time", "seconds", "percent");
    double rest = seconds;
    for (String cause : CAUSES) {
      String name = "sluice_line_bus_seconds_total";
      String label = "cause=\"" + cause + "\"";
      double spent = after.sum(name, label) - before.sum(name, label);
      rest -= spent;
      times.row(cause, Figures.number(spent), percent(spent / seconds));
    }
    times.row("idle", Figures.number(rest), percent(rest / seconds));
    figures.tell(times);
    double probes = time(after, "probes") - time(before, "probes");
    figures.tell("bus.use-on-the-wire", report.use(), "of_bus");
    figures.tell("bus.damaged", (double) report.damaged(), "replies");
    figures.atLeast("bus.slowest-live-slave", worst, "polls/s_of_1", 0.95);
    figures.atMost("bus.probes", probes / seconds, "of_bus", 0.05);
    figures.atMost("bus.violations", (double) report.violations(), "requests", 0);
  }

  private static double time(Scrape scrape, String cause) {
    return scrape.sum("sluice_line_bus_seconds_total", "cause=\"" + cause + "\"");
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f", 100 * share);
  }
}
