package dev.sluice.gateway.uplink.credential;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sluice.driver.TimeSource;
import dev.sluice.gateway.uplink.mqtt.Certificates;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Thirty days before, seven days before and when it is over, once each. */
class ExpiryWatchTest {

  private static final Instant END = Instant.parse("2040-06-30T00:00:00Z");

  @TempDir Path directory;
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(ExpiryWatch.class);
  private final SetClock clock = new SetClock();
  private final ExpiryWatch watch = new ExpiryWatch("cloud", clock);

  private static final class SetClock implements TimeSource {
    Instant now = END.minus(Duration.ofDays(60));
    boolean trusted = true;

    @Override
    public long nanoTime() {
      return 0;
    }

    @Override
    public boolean trusted() {
      return trusted;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }

  @BeforeEach
  void listen() {
    log.start();
    logger.addAppender(log);
  }

  @AfterEach
  void deafen() {
    logger.detachAppender(log);
  }

  private X509Certificate certificate(String name) throws Exception {
    var pki = new Certificates(directory.resolve(name));
    pki.issue(name, name, "20200101000000Z", "20400630000000Z");
    try (InputStream in = Files.newInputStream(pki.certificate(name))) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  private List<String> saidBefore(Duration end) {
    clock.now = END.minus(end);
    log.list.clear();
    watch.tell();
    watch.tell();
    return log.list.stream()
        .map(
            event ->
                event.getMessage()
                    + " "
                    + event.getKeyValuePairs().stream()
                        .filter(pair -> pair.key.equals("certificate") || pair.key.equals("days"))
                        .map(pair -> String.valueOf(pair.value))
                        .toList())
        .toList();
  }

  @Test
  void warnsOnceAtEachStepAndAgainForAnother() throws Exception {
    watch.is(ExpiryWatch.Whose.CLIENT, certificate("one"));
    assertThat(saidBefore(Duration.ofDays(31))).isEmpty();
    assertThat(saidBefore(Duration.ofDays(30)))
        .containsExactly("certificate expires soon [client, 30]");
    assertThat(saidBefore(Duration.ofDays(8))).isEmpty();
    assertThat(saidBefore(Duration.ofHours(160)))
        .containsExactly("certificate expires soon [client, 6]");
    assertThat(saidBefore(Duration.ofHours(1))).isEmpty();
    assertThat(saidBefore(Duration.ofHours(-1)))
        .containsExactly("certificate expired [client, -1]");
    assertThat(saidBefore(Duration.ofDays(-9))).isEmpty();
    watch.is(ExpiryWatch.Whose.CLIENT, certificate("two"));
    assertThat(saidBefore(Duration.ofDays(3)))
        .containsExactly("certificate expires soon [client, 3]");
    assertThat(watch.snapshot())
        .containsExactly(
            new CredentialStats.Certificate(
                "client", "CN=two", END.toEpochMilli(), Duration.ofDays(3).toMillis()));
  }

  @Test
  void aClockThatNobodyTrustsWarnsOfNothing() throws Exception {
    watch.is(ExpiryWatch.Whose.BROKER, certificate("one"));
    clock.trusted = false;
    assertThat(saidBefore(Duration.ofDays(-400))).isEmpty();
    clock.trusted = true;
    assertThat(saidBefore(Duration.ofDays(20)))
        .containsExactly("certificate expires soon [broker, 20]");
  }
}
