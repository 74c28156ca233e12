package dev.sluice.gateway.observe;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.nio.charset.StandardCharsets;

/** From event to bytes: limits repetitions, formats, hands over. Called by any thread. */
final class LogAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {

  /** The marker of what must be in the log, however much there is of it. */
  private static final String AUDIT = "AUDIT";

  private final LogOutput output;
  private final RepeatLimit limit;

  LogAppender(LogOutput output, RepeatLimit limit) {
    this.output = output;
    this.limit = limit;
  }

  @Override
  protected void append(ILoggingEvent event) {
    long suppressed = 0;
    // Who asks for details gets all of them, and who did what is told without a gap.
    if (event.getLevel().isGreaterOrEqual(Level.INFO) && !isAudit(event)) {
      long now = System.nanoTime();
      for (RepeatLimit.Summary summary : limit.ended(now)) {
        write(LogLine.of(summary.last(), summary.suppressed()));
      }
      suppressed = limit.admit(event, now);
    }
    if (suppressed >= 0) {
      write(LogLine.of(event, suppressed));
    }
  }

  private static boolean isAudit(ILoggingEvent event) {
    return event.getMarkerList() != null
        && event.getMarkerList().stream().anyMatch(marker -> marker.getName().equals(AUDIT));
  }

  private void write(String line) {
    output.write(line.getBytes(StandardCharsets.UTF_8));
  }
}
