package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A gateway that is killed after the broker has a message and before it hears so. What it sends
 * again is the same to the byte that counts, so that a consumer can drop it.
 */
class DuplicatesTest {

  private static final int KILLS = TestRandom.LONG ? 30 : 4;

  @TempDir Path directory;

  @Test
  void aConsumerThatDropsWhatItKnowsIsLeftWithEachRecordOnce() throws IOException {
    Random random = TestRandom.create("DuplicatesTest");
    try (var server = LibmodbusServer.start(10);
        var mosquitto = Mosquitto.plain(directory).start();
        var tap = MqttTap.before(mosquitto.port());
        var subscriber = RecordingSubscriber.start(mosquitto.port())) {
      Site site =
          Site.twoThousandReadings(directory, server)
              .linger("200ms")
              .uplink(tap.port(), "backoffFirst: 200ms", "backoffMax: 1s");
      for (int i = 0; i < KILLS; i++) {
        try (var gateway = Distribution.start(site)) {
          awaitRecords(tap, gateway, true);
          Eventually.pass(Duration.ofMillis(random.nextInt(500)));
          tap.withholdAcks(true);
          awaitRecords(tap, gateway, false);
          gateway.process().killHard();
          tap.withholdAcks(false);
        }
      }
      runAndStop(site, tap, subscriber.ledger());
      // Installed anew: nothing of the former outbox is left.
      try (Stream<Path> files = Files.walk(site.outbox())) {
        for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
      runAndStop(site, tap, subscriber.ledger());
      judge(tap, subscriber.ledger());
    }
  }

  private static void runAndStop(Site site, MqttTap tap, Ledger ledger) {
    try (var gateway = Distribution.start(site)) {
      awaitRecords(tap, gateway, true);
      Eventually.pass(Duration.ofSeconds(1));
      // The newest come first.
      Eventually.holds(
          "all that was stored arrives",
          Duration.ofSeconds(30),
          () -> ledger.missingRecords().isEmpty(),
          gateway.process()::output);
      gateway.stopInOrder();
    }
  }

  private static void awaitRecords(MqttTap tap, Distribution gateway, boolean acknowledged) {
    int before = tap.records(acknowledged).size();
    Eventually.holds(
        "a new record",
        Duration.ofSeconds(30),
        () -> tap.records(acknowledged).size() > before,
        gateway.process()::output);
  }

  private static void judge(MqttTap tap, Ledger ledger) {
    Map<List<Object>, JsonObject> kept = new HashMap<>();
    int dropped = 0;
    for (MqttTap.Publish publish : tap.publishes()) {
      Message message = publish.message;
      if (message.isRecord()) {
        List<Object> key =
            List.of(
                message.json().getString("gateway"),
                message.stream(),
                message.seq(),
                message.part());
        JsonObject content = content(message);
        JsonObject known = kept.putIfAbsent(key, content);
        if (known != null) {
          dropped++;
          assertThat(content).as("%s, sent again", key).isEqualTo(known);
        }
      }
    }
    long records = tap.records(true).size();
    Eventually.holds(
        "the subscriber has what the broker acknowledged",
        Duration.ofSeconds(10),
        () -> ledger.records() >= records);
    System.out.printf(
        "killed between PUBLISH and PUBACK: kills=%d published=%d kept=%d dropped=%d streams=%d"
            + " missing_records=%d%n",
        KILLS,
        kept.size() + dropped,
        kept.size(),
        dropped,
        ledger.streamCount(),
        ledger.missingRecords().size());
    assertThat(dropped).as("sent again").isGreaterThanOrEqualTo(KILLS);
    assertThat(ledger.records()).isEqualTo(kept.size());
    assertThat(ledger.missingRecords()).isEmpty();
    assertThat(ledger.violations()).isEmpty();
    assertThat(ledger.streamCount()).as("a new installation is another stream").isEqualTo(2);
  }

  /** What may differ from one sending to the next is how far the others have come. */
  private static JsonObject content(Message message) {
    JsonObject content = message.json().copy();
    content.remove("low");
    content.remove("lane");
    return content;
  }
}
