package dev.sluice.gateway.observe;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.net.ConnectException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

class LogLineTest {

  private static final long NOW = 1_000_000;

  private final LoggerContext context = new LoggerContext();

  @Test
  void anEventIsOneLineWithItsTimeInUtc() {
    LoggingEvent event = event(Level.WARN, "line down", null);
    event.addKeyValuePair(new KeyValuePair("line", "bus-a"));
    event.addKeyValuePair(new KeyValuePair("reason", "no route to \"host\""));
    event.addKeyValuePair(new KeyValuePair("detail", ""));

    assertThat(LogLine.of(event, 0))
        .isEqualTo(
            "2026-01-02T03:04:05.006Z WARN LineVerticle line down line=bus-a"
                + " reason=\"no route to \\\"host\\\"\" detail=\"\"\n");
  }

  @Test
  void nothingThatComesFromOutsideStartsANewLine() {
    LoggingEvent event = event(Level.INFO, "said\nINFO fake", null);
    event.addKeyValuePair(new KeyValuePair("text", "a\r\n\u001b[2J\u2028b"));

    assertThat(LogLine.of(event, 0).stripTrailing().lines()).hasSize(1);
    assertThat(LogLine.of(event, 0)).doesNotContain("\u001b", "\r", "\u2028");
  }

  @Test
  void anExceptionIsNamedInALineAndTracedOnlyWhereSomebodyMustFindAFault() {
    var cause = new IllegalStateException("outer", new ConnectException("refused"));

    assertThat(LogLine.of(event(Level.WARN, "m", cause), 0))
        .endsWith(" error=\"IllegalStateException: outer\" cause=\"ConnectException: refused\"\n")
        .doesNotContain("\tat ");
    assertThat(LogLine.of(event(Level.ERROR, "m", cause), 0)).contains("\tat ", "Caused by: ");
    assertThat(LogLine.of(event(Level.DEBUG, "m", cause), 0)).contains("\tat ");
  }

  @Test
  void aStormIsCutAndCountedPerMessageAndSubject() {
    var limit = new RepeatLimit(NOW);
    int written = 0;
    for (int i = 0; i < 10_000; i++) {
      LoggingEvent event = event(Level.ERROR, "poll failed", null);
      event.addKeyValuePair(new KeyValuePair("device", "meter-" + i % 2));
      event.addKeyValuePair(new KeyValuePair("attempt", i));
      written += limit.admit(event, NOW + i) >= 0 ? 1 : 0;
    }
    assertThat(written).isEqualTo(20);

    LoggingEvent next = event(Level.ERROR, "poll failed", null);
    next.addKeyValuePair(new KeyValuePair("device", "meter-0"));
    long later = NOW + Duration.ofSeconds(11).toNanos();
    assertThat(limit.admit(next, later)).isEqualTo(4990);
    assertThat(LogLine.of(next, 4990)).endsWith(" device=meter-0 suppressed=4990\n");
  }

  @Test
  void aStormThatEndedIsSummedUp() {
    var limit = new RepeatLimit(NOW);
    for (int i = 0; i < 15; i++) {
      limit.admit(event(Level.ERROR, "poll failed", null), NOW);
    }
    assertThat(limit.ended(NOW + 1)).isEmpty();

    long later = NOW + Duration.ofSeconds(30).toNanos();
    assertThat(limit.ended(later))
        .singleElement()
        .satisfies(summary -> assertThat(summary.suppressed()).isEqualTo(5));
    assertThat(limit.ended(later)).isEmpty();
  }

  private LoggingEvent event(Level level, String message, Throwable thrown) {
    var event =
        new LoggingEvent(
            "fqcn",
            context.getLogger("dev.sluice.gateway.acquire.LineVerticle"),
            level,
            message,
            thrown,
            null);
    event.setInstant(Instant.parse("2026-01-02T03:04:05.006Z"));
    return event;
  }
}
