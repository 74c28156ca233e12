package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.cloud.ConnectFields;
import dev.sluice.e2e.cloud.Emulation;
import dev.sluice.e2e.cloud.Ending;
import dev.sluice.e2e.cloud.azure.Telemetry;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Readings to Azure IoT Hub: outages, renewals, cuts and limits lose nothing. */
class AzureIotTest extends AzureRig {

  private static final Duration OUTAGE = Duration.ofSeconds(TestRandom.LONG ? 60 : 5);

  private static final int UNITS = 4;

  private static void bagSaysWhatTheBodySays(Telemetry telemetry) {
    JsonObject body = telemetry.message().json();
    assertThat(telemetry.isRoutableByBody()).isTrue();
    assertThat(telemetry.message().retained()).isFalse();
    var expected = new TreeMap<String, String>();
    expected.put("stream", body.getString("stream"));
    expected.put("seq", body.getLong("seq").toString());
    expected.put("lane", body.getString("lane", "live"));
    expected.put("encoding", "json");
    expected.put(
        "kind", body.containsKey("devices") ? "data" : body.containsKey("gap") ? "gap" : "state");
    assertThat(telemetry.properties()).containsAllEntriesOf(expected);
  }

  /**
   * Under load: a token is renewed with messages in flight, the hub ends the connection in the
   * middle, then nobody listens for a while.
   */
  @Test
  void renewalForcedEndAndOutageUnderLoadLoseNothing() {
    hub.devices().withKey("load", AzureSite.KEY);
    long unheard;
    try (var server = LibmodbusServer.start(UNITS)) {
      Site site = new Site(directory).line("plc", server.port());
      for (int unit = 1; unit <= UNITS; unit++) {
        site.countingDevice("plc", unit, 50, "250ms");
      }
      site.linger("100ms")
          .uplinks(
              azure.uplink(
                  "cloud",
                  AzureSite.HOST,
                  "device: load, key: \"" + AzureSite.KEY + "\", tokenLife: 5s"));
      try (var gateway = azure.start(site)) {
        await("readings", gateway, () -> of(hub, "load").size() > 5);
        hub.emulation().faults().delayAcks(Duration.ofMillis(50));
        await("a new token", gateway, () -> connects("load").size() > 1);
        assertThat(hub.emulation().endings().all())
            .as("renewed in order")
            .allMatch(ending -> ending.reason().equals(Emulation.GOODBYE));
        hub.emulation().faults().delayAcks(Duration.ZERO);
        hub.emulation().faults().endAfterPublishes(20);
        int before = hub.emulation().endings().size();
        hub.emulation()
            .endings()
            .await(before, LIMIT, ending -> ending.reason().contains("at this publish"));
        hub.emulation().faults().endAfterPublishes(0);

        hub.emulation().shut();
        Eventually.pass(OUTAGE);
        Map<Integer, Long> answered = server.counters();
        hub.emulation().reopen();
        await("news", gateway, () -> isBeyond(ledger("load"), answered));
        Eventually.holds(
            "all of it",
            LIMIT,
            () -> ledger("load").missingRecords().isEmpty(),
            () -> ledger("load").missingRecords() + "\n" + gateway.process().output());
        unheard = gateway.unheard();
        gateway.stopInOrder();
      }
      Ledger ledger = ledger("load");
      assertThat(ledger.missingRecords()).isEmpty();
      assertThat(ledger.missingPolls().stream().mapToLong(Ledger.Missing::count).sum())
          .as("answers that the gateway never heard")
          .isLessThanOrEqualTo(unheard);
      assertThat(ledger.violations()).isEmpty();
      assertThat(ledger.historyRecords()).isPositive();
      assertThat(hub.emulation().endings().all())
          .extracting(Ending::reason)
          .doesNotContain("the token has expired")
          .noneMatch(reason -> reason.contains("bag") || reason.contains("published"));
      assertThat(connects("load")).extracting(ConnectFields::password).doesNotContainNull();
      assertThat(of(hub, "load")).allSatisfy(AzureIotTest::bagSaysWhatTheBodySays);
      System.out.printf(
          "azure outage of %d s: messages=%d duplicates=%d connects=%d%n",
          OUTAGE.toSeconds(), ledger.messages(), ledger.duplicates(), connects("load").size());
    }
  }
}
