package dev.sluice.gateway.observe;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.nio.charset.StandardCharsets;

/** From event to bytes: limits repetitions, formats, hands over. Called by any thread. */
final class LogAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {

  private final LogOutput output;
  private final RepeatLimit limit;

  LogAppender(LogOutput output, RepeatLimit limit) {
    this.output = output;
    this.limit = limit;
  }

  @Override
  protected void append(ILoggingEvent event) {
    long suppressed = 0;
    // Who asks for details gets all of them.
    if (event.getLevel().isGreaterOrEqual(Level.INFO)) {
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

  private void write(String line) {
    output.write(line.getBytes(StandardCharsets.UTF_8));
  }
}
