package dev.sluice.gateway.observe;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.slf4j.MarkerFactory;

class AuditLinesTest {

  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final LogOutput output = new LogOutput(written);
  private final LogAppender appender = new LogAppender(output, new RepeatLimit(System.nanoTime()));

  /** Who did what must be found afterwards, also in a storm of the same. */
  @Test
  void whatIsMarkedForTheAuditIsNeverLeftOut() {
    appender.start();
    for (int i = 0; i < 100; i++) {
      appender.doAppend(event("audited", true));
      appender.doAppend(event("usual", false));
    }
    output.direct();

    String log = written.toString(StandardCharsets.UTF_8);
    assertThat(log.lines().filter(line -> line.contains("audited"))).hasSize(100);
    assertThat(log.lines().filter(line -> line.contains("usual"))).hasSize(10);
  }

  private static LoggingEvent event(String message, boolean audit) {
    var event =
        new LoggingEvent(
            "", new LoggerContext().getLogger("x"), Level.INFO, message, null, new Object[0]);
    if (audit) {
      event.addMarker(MarkerFactory.getMarker("AUDIT"));
    }
    return event;
  }
}
