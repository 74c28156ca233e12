package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A broker that dies again and again, judged at the wire: mosquitto killed -9 forgets messages that
 * it has acknowledged, which is its loss and not the gateway's.
 */
class BrokerRestartTest {

  private static final int RESTARTS = TestRandom.LONG ? 50 : 8;
  private static final Duration OUTAGE = Duration.ofSeconds(TestRandom.LONG ? 60 : 10);

  @TempDir Path directory;

  @Test
  void everyRecordIsAcknowledgedByABrokerThatIsKilledAndRestartedTwentyTimes() {
    Random random = TestRandom.create("BrokerRestartTest");
    try (var server = LibmodbusServer.start(10);
        var mosquitto = Mosquitto.plain(directory).start();
        var tap = MqttTap.before(mosquitto.port());
        var gateway = Distribution.start(site(server, tap))) {
      for (int i = 0; i < RESTARTS; i++) {
        awaitNewAcknowledgement(tap, gateway);
        Eventually.pass(Duration.ofMillis(random.nextInt(1_000)));
        mosquitto.process().killHard();
        Eventually.pass(Duration.ofMillis(random.nextInt(500)));
        mosquitto.start();
      }
      awaitNewAcknowledgement(tap, gateway);
      judge("mosquitto killed -9", server, tap, gateway);
      assertThat(tap.connacks()).isGreaterThan(RESTARTS);
    }
  }

  @Test
  void anOutageCostsNothingAndRepeatsOnlyWhatWasInFlight() {
    try (var server = LibmodbusServer.start(10);
        var mosquitto = Mosquitto.plain(directory).start();
        var tap = MqttTap.before(mosquitto.port());
        var subscriber = RecordingSubscriber.start(mosquitto.port());
        var gateway = Distribution.start(site(server, tap))) {
      awaitNewAcknowledgement(tap, gateway);
      Eventually.pass(Duration.ofSeconds(2));
      tap.cut();
      Set<String> inFlight = new HashSet<>(tap.records(false));
      inFlight.removeAll(tap.records(true));
      Eventually.pass(OUTAGE);
      tap.restore();
      awaitNewAcknowledgement(tap, gateway);
      judge("outage of " + OUTAGE.toSeconds() + " s", server, tap, gateway);
      Ledger ledger = subscriber.ledger();
      long acknowledged = tap.records(true).size();
      Eventually.holds(
          "the subscriber has what the broker acknowledged",
          Duration.ofSeconds(30),
          () -> ledger.records() >= acknowledged);
      assertThat(ledger.missingRecords()).isEmpty();
      assertThat(ledger.missingPolls()).isEqualTo(acknowledged(tap).missingPolls());
      assertThat(ledger.violations()).isEmpty();
      assertThat(ledger.historyRecords()).isGreaterThanOrEqualTo(OUTAGE.toSeconds() / 2);
      assertThat(ledger.duplicates()).isLessThanOrEqualTo(inFlight.size());
    }
  }

  private Site site(LibmodbusServer server, MqttTap tap) {
    return Site.twoThousandReadings(directory, server)
        .uplink(tap.port(), "backoffFirst: 200ms", "backoffMax: 1s");
  }

  private static void awaitNewAcknowledgement(MqttTap tap, Distribution gateway) {
    int connacks = tap.records(true).size();
    Eventually.holds(
        "a new record acknowledged",
        Duration.ofSeconds(30),
        () -> tap.records(true).size() > connacks,
        gateway.process()::output);
  }

  private static Ledger acknowledged(MqttTap tap) {
    var ledger = new Ledger();
    tap.publishes().stream().filter(p -> p.ackNanos() != 0).forEach(p -> ledger.add(p.message));
    return ledger;
  }

  /**
   * Stops the devices, lets the rest drain, and compares: what the devices answered, what was
   * published, what was acknowledged.
   */
  private static void judge(
      String name, LibmodbusServer server, MqttTap tap, Distribution gateway) {
    Map<Integer, Long> answered = server.counters();
    Eventually.pass(Duration.ofSeconds(1));
    server.process().signal("STOP");
    // What was read before must reach the broker: linger, commit, sending.
    Eventually.pass(Duration.ofSeconds(2));
    Eventually.holds(
        "all that was published is acknowledged, and what came behind the newest, too",
        Duration.ofSeconds(30),
        () ->
            tap.records(true).equals(tap.records(false))
                && acknowledged(tap).missingRecords().isEmpty(),
        gateway.process()::output);
    long unheard = gateway.unheard();
    gateway.stopInOrder();

    Ledger ledger = acknowledged(tap);
    List<MqttTap.Publish> publishes = tap.publishes();
    System.out.printf(
        "%s: connections=%d published=%d acknowledged_records=%d repeated=%d missing_records=%d"
            + " missing_polls=%d unheard=%d%n",
        name,
        tap.connacks(),
        publishes.size(),
        ledger.records(),
        publishes.size() - tap.records(false).size(),
        ledger.missingRecords().size(),
        ledger.countMissingPolls(),
        unheard);
    assertThat(ledger.missingRecords()).isEmpty();
    assertThat(ledger.streamCount()).isEqualTo(1);
    Map<String, long[]> range = ledger.counterRange();
    long beforeTheFirst = range.values().stream().mapToLong(counters -> counters[0] - 1).sum();
    assertThat(beforeTheFirst + ledger.countMissingPolls())
        .as("%d before the first, %s", beforeTheFirst, ledger.missingPolls())
        .isLessThanOrEqualTo(unheard);
    answered.forEach(
        (unit, counter) ->
            assertThat(range.get("unit-" + unit)[1])
                .as("last of unit %d", unit)
                .isGreaterThanOrEqualTo(counter));
  }
}
