package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Coming up into a dead site, and leaving in order. */
@Tag("alone")
class StartAndStopTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir Path directory;

  @Test
  void startsWithBrokerAndDevicesDownSaysSoAndRecoversByItself() {
    Mosquitto mosquitto = Mosquitto.plain(directory);
    int devicePort = FreePort.take();
    Site site =
        new Site(directory)
            .linger("200ms")
            .line("plc", devicePort)
            .countingDevice("plc", 1, 20, "250ms")
            .uplink(mosquitto.port(), "backoffFirst: 200ms", "backoffMax: 1s");
    try (var gateway = Distribution.start(site)) {
      gateway.awaitLog("line=plc.*refused", 0, LIMIT);
      gateway.awaitLog("uplink=cloud.*reason=connection_refused", 0, LIMIT);
      mosquitto.start();
      try (var subscriber = RecordingSubscriber.start(mosquitto.port());
          var server = LibmodbusServer.start(devicePort, 1)) {
        Eventually.holds(
            "readings arrive",
            LIMIT,
            () -> subscriber.ledger().hasCounter("unit-1", 3),
            gateway.process()::output);
        assertThat(server.counters()).hasSize(1);
        gateway.stopInOrder();
      }
    } finally {
      mosquitto.close();
    }
  }

  @Test
  void leavesWithAnOfflineStatusAndNothingLeftBehind() {
    try (var server = LibmodbusServer.start(10);
        var mosquitto = Mosquitto.plain(directory).start();
        var tap = MqttTap.before(mosquitto.port());
        var subscriber = RecordingSubscriber.start(mosquitto.port())) {
      Site site = Site.twoThousandReadings(directory, server).uplink(tap.port());
      Ledger ledger = subscriber.ledger();
      for (int run = 0; run < 3; run++) {
        int statuses = ledger.statuses().size();
        try (var gateway = Distribution.start(site)) {
          Eventually.holds(
              "online",
              LIMIT,
              () -> ledger.statuses().size() > statuses,
              gateway.process()::output);
          Eventually.pass(Duration.ofMillis(2_300));
          // The newest come first, and then what the run before may have left.
          Eventually.holds(
              "all that was stored arrives",
              LIMIT,
              () -> ledger.missingRecords().isEmpty(),
              gateway.process()::output);
          gateway.stopInOrder();
        }
        Eventually.holds(
            "offline", LIMIT, () -> "offline".equals(last(ledger.statuses())), () -> "");
      }
      // What had been read was flushed and not lost; only a poll under way was answered to nobody.
      List<Ledger.Missing> missing = ledger.missingPolls();
      System.out.println("SIGTERM under load, 3 times: missing " + missing);
      assertThat(missing).allMatch(polls -> polls.count() == 1).hasSizeLessThanOrEqualTo(3 * 2);
      assertThat(ledger.missingRecords()).isEmpty();
      assertThat(ledger.violations()).isEmpty();
      assertThat(ledger.streamCount()).isEqualTo(1);
      assertThat(ledger.statuses().get(0).getString("status")).isEqualTo("online");
      // The tap passes on the last word of the gateway before it has read its DISCONNECT.
      Eventually.holds("3 DISCONNECTs", LIMIT, () -> tap.disconnects() >= 3);
      assertThat(tap.disconnects()).isEqualTo(3);
    }
  }

  private static String last(List<JsonObject> statuses) {
    return statuses.get(statuses.size() - 1).getString("status");
  }
}
