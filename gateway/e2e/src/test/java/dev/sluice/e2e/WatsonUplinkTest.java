package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.cloud.broker.Received;
import dev.sluice.e2e.cloud.ibm.Thing;
import dev.sluice.e2e.cloud.ibm.WatsonIot;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The packaged gateway at Watson IoT Platform: outages lose nothing, what is asked is answered. */
class WatsonUplinkTest extends WatsonRig {

  private static final int UNITS = 5;
  private static final String CUT = "cut on purpose after a message";
  private static final String TOO_MUCH = "more than 8 messages in a second";

  @Test
  void anotherTokenAnOutageACloseInMidLoadAndTheLimitLoseNothing() throws IOException {
    try (var modbus = LibmodbusServer.start(UNITS)) {
      Site site = new Site(directory).line("plc", modbus.port());
      for (int unit = 1; unit <= UNITS; unit++) {
        site.countingDevice("plc", unit, 5, "250ms");
      }
      site.uplinks(uplink(platform)).linger("100ms");
      try (var gateway = start(site)) {
        await(gateway, "data", () -> platform.events(unit(1)).size() > 5);
        platform.withGateway(new Thing("sluice", "other"), "token-of-another");
        token(directory, "token-of-another");
        platform.broker().cut(IDENTITY, "to log in anew");
        gateway.awaitLog("reason=refused_not_authorized", 0, LIMIT);
        token(directory, TOKEN);
        await(gateway, "with its own", () -> platform.broker().isConnected(IDENTITY));
        int ended = platform.broker().ended().size();
        platform.broker().faults().endAfterPublishes(10);
        assertThat(platform.broker().endings(ended + 1)).contains(CUT);
        await(gateway, "it is back", () -> platform.broker().isConnected(IDENTITY));
        platform.broker().faults().refuse(UNAVAILABLE, Integer.MAX_VALUE);
        platform.broker().cut(IDENTITY, "the outage");
        Eventually.pass(OUTAGE);
        Map<Integer, Long> answered = modbus.counters();
        platform.broker().faults().refuse(0, 0);
        awaitAll(gateway, answered, "outage of " + OUTAGE.toSeconds() + " s");

        platform.limit(WatsonIot.PAYLOAD_BYTES, 8);
        await(gateway, "cut for sending too much", () -> reasons().contains(TOO_MUCH));
        platform.limit(WatsonIot.PAYLOAD_BYTES, 100);
        awaitAll(gateway, modbus.counters(), "cut by limit");
        assertThat(reasons())
            .as("nothing that the platform would close over, and never too fast for its own limit")
            .isSubsetOf(CUT, "to log in anew", "CONNACK 5", "the outage", "CONNACK 3", TOO_MUCH);
        assertThat(unproven(platform)).isEmpty();
        gateway.stopInOrder();
      }
    }
  }

  @Test
  void commandsAndManagementAreAnsweredAndADeviceThatIsRefusedHoldsUpNobody() {
    try (var modbus = LibmodbusServer.start(2)) {
      platform.refuseToRegister("press");
      Site site =
          writable(modbus)
              .countingDevice("plc", 2, 1, "100ms")
              .uplinks(uplink(platform, "commands: true"));
      try (var gateway = start(site)) {
        gateway.awaitLog("device held back", 0, LIMIT);
        await(gateway, "it is back", () -> platform.broker().connects().size() > 1);
        Map<Integer, Long> answered = modbus.counters();
        await(
            gateway,
            "all of the other",
            () ->
                missing(platform, answered).stream().filter(each -> each.startsWith("1/")).count()
                    <= gateway.unheard());
        assertThat(platform.events(unit(2))).isEmpty();
        await(gateway, "kept", () -> gateway.metric("sluice_dead_letters") > 0);
        await(gateway, "managed", () -> platform.managed(EDGE).isPresent());
        assertThat(platform.managed(EDGE).orElseThrow().lifetimeSeconds()).isEqualTo(86_400);
        await(gateway, "it listens", () -> platform.listens(EDGE, "mgmt/initiate/device/reboot"));
        String reboot = platform.manage(EDGE, "mgmt/initiate/device/reboot", new JsonObject());
        await(gateway, "no reboot", () -> platform.answer(reboot).isPresent());
        assertThat(platform.answer(reboot).orElseThrow().getInteger("rc")).isEqualTo(501);

        command("write", "{\"d\":{\"point\":\"setpoint\",\"value\":77},\"reqId\":\"1\"}");
        await(gateway, "written", () -> answer("1") != null);
        assertThat(answer("1").getInteger("code")).isEqualTo(200);
        await(gateway, "told by the server", () -> modbus.writes(1, SETPOINT) == 1);
        command("explode", "{\"d\":{},\"reqId\":\"2\"}");
        await(gateway, "refused", () -> answer("2") != null);
        assertThat(answer("2").getInteger("code")).isEqualTo(404);
        assertThat(
                gateway.process().lines().stream().filter(l -> l.contains("reason=device_refused")))
            .as("no storm: %s\n%s", platform.broker().ended(), gateway.process().output())
            .hasSize(1);
        assertThat(gateway.process().output()).doesNotContain(TOKEN);
        gateway.stopInOrder();
      }
    }
  }

  private void command(String name, String payload) {
    assertThat(platform.command(unit(1), name, "json", Buffer.buffer(payload))).isTrue();
  }

  private JsonObject answer(String request) {
    return platform.events(unit(1)).stream()
        .map(Received::json)
        .filter(event -> request.equals(event.getString("reqId")))
        .map(event -> event.getJsonObject("d"))
        .findFirst()
        .orElse(null);
  }
}
