package dev.sluice.gateway.command;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import org.slf4j.MarkerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Writes down who wanted what, when, and what came of it: a line of the log for each request. Only
 * what exceeds the rate is left to the limit that the log has for what repeats itself.
 */
final class Audit {

  /** Lines with it are never left out. */
  static final Marker MARKER = MarkerFactory.getMarker("AUDIT");

  private static final Logger LOG = LoggerFactory.getLogger(Audit.class);

  private Audit() {}

  static void tell(
      WriteRequest request, WriteOutcome outcome, @Nullable Refusal refusal, long tookNanos) {
    boolean done = outcome.result() == WriteOutcome.Result.DONE;
    LoggingEventBuilder line = done ? LOG.atInfo() : LOG.atWarn();
    if (refusal != Refusal.RATE) {
      line = line.addMarker(MARKER);
    }
    line =
        line.addKeyValue("uplink", request.source())
            .addKeyValue("command", WantedValue.inWords(request.id()))
            .addKeyValue("device", WantedValue.inWords(request.device()))
            .addKeyValue("point", WantedValue.inWords(request.point()))
            .addKeyValue("value", WantedValue.inWords(request.value()))
            .addKeyValue("result", CommandCounters.word(outcome.result()));
    if (refusal != null) {
      line = line.addKeyValue("refusal", refusal.word());
    }
    if (!done) {
      line = line.addKeyValue("detail", outcome.detail());
    }
    line.addKeyValue("millis", tookNanos / 1_000_000).log("command");
  }
}
