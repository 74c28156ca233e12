package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.MqttClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The judges themselves: the tap, the ledger and the subscriber see what is there, and not more.
 */
class MqttTapTest {

  private static final Duration LIMIT = Duration.ofSeconds(10);

  @TempDir Path directory;

  @Test
  void theTapSeesWhatWasPublishedAndAcknowledgedAndTheLedgerWhatIsMissing() throws Exception {
    Vertx vertx = Vertx.vertx();
    try (var mosquitto = Mosquitto.plain(directory).start();
        var tap = MqttTap.before(mosquitto.port());
        var subscriber = RecordingSubscriber.start(mosquitto.port())) {
      MqttClient client = MqttClient.create(vertx);
      client
          .connect(tap.port(), "127.0.0.1")
          .toCompletionStage()
          .toCompletableFuture()
          .get(10, TimeUnit.SECONDS);
      publish(client, record(1, 1, 7));
      publish(client, record(2, 2, 8));
      publish(client, record(4, 3, 11));
      publish(client, record(4, 3, 11));
      Eventually.holds("4 acknowledged", LIMIT, () -> acknowledged(tap) == 4);
      Ledger ledger = subscriber.ledger();
      Eventually.holds("4 delivered", LIMIT, () -> ledger.messages() == 4);

      assertThat(tap.records(true)).containsExactlyInAnyOrder("S/1", "S/2", "S/4");
      assertThat(ledger.missingRecords()).containsExactly("S/3");
      assertThat(ledger.violations()).isEmpty();
      assertThat(ledger.duplicates()).isEqualTo(1);
      assertThat(ledger.missingPolls())
          .containsExactly(new Ledger.Missing("meter", 9, 2, 1008, 1011));

      publish(client, record(5, 5, 12));
      Eventually.holds("5 delivered", LIMIT, () -> ledger.messages() == 5);
      assertThat(ledger.violations()).singleElement().asString().contains("seq 3 of S is missing");

      tap.cut();
      Eventually.holds("cut", LIMIT, () -> !client.isConnected());
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
  }

  private static long acknowledged(MqttTap tap) {
    return tap.publishes().stream().filter(publish -> publish.ackNanos() != 0).count();
  }

  private static void publish(MqttClient client, String payload) throws Exception {
    client
        .publish("t", Buffer.buffer(payload), MqttQoS.AT_LEAST_ONCE, false, false)
        .toCompletionStage()
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
  }

  private static String record(long seq, long low, long counter) {
    return """
    {"schema":1,"gateway":"g","stream":"S","seq":%d,"low":%d,
     "devices":{"meter":[{"t":%d,"v":{"counter":%d}}]}}"""
        .formatted(seq, low, 1000 + counter, counter);
  }
}
