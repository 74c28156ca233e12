package dev.sluice.gateway.observe;

import dev.sluice.driver.PollFailure;
import dev.sluice.gateway.acquire.BusTime;
import dev.sluice.gateway.acquire.LineStats;
import java.util.Collection;
import java.util.Locale;

/** Lines and their devices. */
final class LineMeters {

  private static final double NANOS = 1e9;

  private LineMeters() {}

  static void tell(Collection<LineStats> lines, Samples to) {
    for (LineStats line : lines) {
      String id = line.id();
      to.gauge(
          "sluice.line.connected",
          "",
          "1 when polls can be run on the line.",
          line.connected() ? 1 : 0,
          "line",
          id,
          "driver",
          line.driver());
      String connects = "Attempts to connect a line.";
      to.counter("sluice.line.connects", "", connects, line.connects(), "line", id, "result", "ok");
      to.counter(
          "sluice.line.connects",
          "",
          connects,
          line.connectFailures(),
          "line",
          id,
          "result",
          "failed");
      polls(id, line.polls(), to);
      bus(line, to);
      readings(id, line.handed(), to);
      line.events()
          .forEach(
              (event, count) ->
                  to.counter(
                      "sluice.line.events",
                      "",
                      "What the driver noticed beside polls: late replies and the like.",
                      count,
                      "line",
                      id,
                      "event",
                      event));
      line.devices().forEach(device -> device(id, device, to));
    }
  }

  private static void polls(String id, LineStats.Polls polls, Samples to) {
    String help = "Attempts to read from a device, by what came of them.";
    to.counter("sluice.line.polls", "", help, polls.answered(), "line", id, "result", "ok");
    for (PollFailure failure : PollFailure.values()) {
      to.counter(
          "sluice.line.polls",
          "",
          help,
          polls.failed().getOrDefault(failure, 0L),
          "line",
          id,
          "result",
          failure.name().toLowerCase(Locale.ROOT));
    }
    String skipped =
        "Cycles that passed without a poll: the line was busy or down, or the batcher full.";
    to.counter(
        "sluice.line.polls.skipped",
        "",
        skipped,
        polls.skippedLate(),
        "line",
        id,
        "reason",
        "late");
    to.counter(
        "sluice.line.polls.skipped",
        "",
        skipped,
        polls.skippedNoPermit(),
        "line",
        id,
        "reason",
        "no_permit");
    to.counter(
        "sluice.line.retries", "", "Attempts repeated at once.", polls.retried(), "line", id);
    to.counter(
        "sluice.line.probes", "", "Attempts to find a silent device.", polls.probes(), "line", id);
    String bytes = "Moved by answered polls, framing included.";
    to.counter("sluice.line", "bytes", bytes, polls.bytesOut(), "line", id, "direction", "out");
    to.counter("sluice.line", "bytes", bytes, polls.bytesIn(), "line", id, "direction", "in");
    to.counter(
        "sluice.line.reply",
        "seconds",
        "Sum of the times from request to reply.",
        polls.rttNanos() / NANOS,
        "line",
        id);
    to.counter(
        "sluice.line.polls.late",
        "",
        "Polls that began more than a tenth of their period, and 20 ms, after their cycle.",
        polls.late(),
        "line",
        id);
  }

  private static void bus(LineStats line, Samples to) {
    String help = "What the line's time went to while it was connected.";
    for (BusTime cause : BusTime.values()) {
      to.counter(
          "sluice.line.bus",
          "seconds",
          help,
          line.bus().spentNanos().getOrDefault(cause, 0L) / NANOS,
          "line",
          line.id(),
          "cause",
          cause.name().toLowerCase(Locale.ROOT));
    }
    to.gauge(
        "sluice.line.bus.idle",
        "seconds",
        "Time of the line that nothing took while it was connected.",
        line.bus().idleNanos() / NANOS,
        "line",
        line.id());
    to.gauge(
        "sluice.line.committed.ratio",
        "",
        "Part of the line's time that its polls need; above 1 some are late.",
        line.commitment().share(),
        "line",
        line.id());
    String writes = "Writes to devices, by what came of them.";
    String name = "sluice.line.writes";
    to.counter(name, "", writes, line.writes().done(), "line", line.id(), "result", "ok");
    to.counter(name, "", writes, line.writes().failed(), "line", line.id(), "result", "failed");
    to.counter(name, "", writes, line.writes().refused(), "line", line.id(), "result", "refused");
  }

  private static void readings(String id, LineStats.Handed handed, Samples to) {
    String help = "Readings that left the line, by whether they were taken.";
    to.counter(
        "sluice.line.readings", "", help, handed.admitted(), "line", id, "result", "admitted");
    handed
        .refused()
        .forEach(
            (reason, count) ->
                to.counter("sluice.line.readings", "", help, count, "line", id, "result", reason));
  }

  private static void device(String line, LineStats.DeviceStats device, Samples to) {
    String id = device.id();
    to.gauge(
        "sluice.device.up",
        "",
        "1 when the device answers.",
        device.up() ? 1 : 0,
        "line",
        line,
        "device",
        id);
    String help = "Polls of a device, by whether they brought values after all retries.";
    to.counter(
        "sluice.device.polls",
        "",
        help,
        device.answered(),
        "line",
        line,
        "device",
        id,
        "result",
        "ok");
    to.counter(
        "sluice.device.polls",
        "",
        help,
        device.failed(),
        "line",
        line,
        "device",
        id,
        "result",
        "failed");
    to.gauge(
        "sluice.device.reply",
        "seconds",
        "From request to reply of the last answered poll.",
        device.rtt().lastNanos() / NANOS,
        "line",
        line,
        "device",
        id);
    to.gauge(
        "sluice.device.reply.max",
        "seconds",
        "The longest time from request to reply so far.",
        device.rtt().maxNanos() / NANOS,
        "line",
        line,
        "device",
        id);
    to.counter(
        "sluice.device.reply.sum",
        "seconds",
        "Sum of the times from request to reply.",
        device.rtt().sumNanos() / NANOS,
        "line",
        line,
        "device",
        id);
    device
        .failures()
        .forEach(
            (quality, count) ->
                to.counter(
                    "sluice.device.failures",
                    "",
                    "Attempts that brought no values, by the quality of their points.",
                    count,
                    "line",
                    line,
                    "device",
                    id,
                    "quality",
                    quality));
    device
        .events()
        .forEach(
            (event, count) ->
                to.counter(
                    "sluice.device.events",
                    "",
                    "What the driver noticed of the device: damaged frames, late replies.",
                    count,
                    "line",
                    line,
                    "device",
                    id,
                    "event",
                    event));
    device
        .notes()
        .forEach(
            (subject, text) ->
                to.gauge(
                    "sluice.device.note",
                    "",
                    "1 while the driver has something to say about the device; /status has it.",
                    1,
                    "line",
                    line,
                    "device",
                    id,
                    "subject",
                    subject));
  }
}
