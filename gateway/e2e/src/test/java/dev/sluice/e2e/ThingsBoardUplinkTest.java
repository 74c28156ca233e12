package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.cloud.broker.Connect;
import dev.sluice.e2e.cloud.thingsboard.Account;
import dev.sluice.e2e.cloud.thingsboard.ThingsBoard;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The packaged gateway at ThingsBoard: outages lose nothing, what is wanted is done and told. */
class ThingsBoardUplinkTest extends ThingsBoardRig {

  private static final String RPC = "v1/gateway/rpc";
  private static final String TOO_MUCH = "more than 5 messages in a second";

  @Test
  void anOutageAndClosesInMidLoadLoseNothing() {
    try (var modbus = LibmodbusServer.start(10);
        var server = ThingsBoard.listen(new Account("edge", TOKEN, true))) {
      Site site =
          Site.twoThousandReadings(directory, modbus)
              .uplinks(uplink(server, "token: " + TOKEN, "maxMessageRate: 500"))
              .linger("100ms");
      try (var gateway = start(site)) {
        await(gateway, "data", () -> server.broker().received(TELEMETRY).size() > 100);
        server.broker().faults().endAfterPublishes(50);
        int before = server.broker().endings(1).size();
        assertThat(before).isEqualTo(1);
        await(gateway, "it is back", () -> server.broker().isConnected("edge"));
        server.broker().faults().refuse(UNAVAILABLE, Integer.MAX_VALUE);
        server.broker().cut("edge", "the outage");
        Eventually.pass(OUTAGE);
        Map<Integer, Long> answered = modbus.counters();
        int offered = server.broker().connects().size();
        server.broker().faults().refuse(0, 0);
        awaitAll(gateway, server, answered);
        server.takesInASecond(5);
        await(gateway, "cut for sending too much", () -> reasons(server).contains(TOO_MUCH));
        server.takesInASecond(1_000);
        Map<Integer, Long> later = modbus.counters();
        awaitAll(gateway, server, later);
        assertThat(reasons(server))
            .as("nothing that the server would close over")
            .isSubsetOf("cut on purpose after a message", "the outage", "CONNACK 3", TOO_MUCH);
        await(gateway, "all are connected", () -> server.connected("edge").size() == 10);
        assertThat(server.connected("edge")).containsEntry("unit-1", "default");
        System.out.printf(
            "thingsboard outage of %d s, cut by limit: messages=%d missing=%d unheard=%d"
                + " connects=%d%n",
            OUTAGE.toSeconds(),
            server.broker().received(TELEMETRY).size(),
            missing(server, later).size(),
            gateway.unheard(),
            offered);
        gateway.stopInOrder();
      }
    }
  }

  @Test
  void whatTheUserWantsIsWrittenAndReportedAndCallsAreAnswered() {
    try (var modbus = LibmodbusServer.start(1);
        var server = ThingsBoard.listen(new Account("edge", TOKEN, true))) {
      server.share("unit-1", "{\"setpoint\":1234}");
      Site site = writable(modbus).uplinks(uplink(server, "token: " + TOKEN, "commands: true"));
      try (var gateway = start(site)) {
        await(
            gateway,
            "what was wanted before is so",
            () -> server.clientAttributes("unit-1").contains("\"setpoint\":1234"));
        await(gateway, "told by the device", () -> modbus.writes(1, SETPOINT) == 1);
        assertThat(server.share("unit-1", "{\"setpoint\":1235}")).isTrue();
        await(
            gateway,
            "what is wanted now is so",
            () -> server.clientAttributes("unit-1").contains("\"setpoint\":1235"));
        server.share("unit-1", "{\"setpoint\":{\"much\":7},\"counter\":1}");
        await(
            gateway,
            "what cannot be is told",
            () -> server.clientAttributes("unit-1").contains("expected a number"));
        server.share("unit-1", "{\"counter\":1}");
        await(
            gateway,
            "what may not be is told",
            () -> server.clientAttributes("unit-1").contains("\"_desiredErrors\":{\"counter\":"));

        int write = server.call("unit-1", "write", "{\"point\":\"setpoint\",\"value\":77}");
        await(gateway, "the call is answered", () -> answer(server, write) != null);
        assertThat(answer(server, write).getInteger("code")).isEqualTo(200);
        int reboot = server.call("unit-1", "reboot", "{}");
        await(gateway, "the other is answered", () -> answer(server, reboot) != null);
        assertThat(answer(server, reboot).getInteger("code")).isEqualTo(404);
        assertThat(answer(server, reboot).getString("error")).contains("reboot");
        await(gateway, "told by the device", () -> modbus.writes(1, SETPOINT) == 3);
        assertThat(server.broker().ended()).isEmpty();

        modbus.process().close();
        await(gateway, "the dead device is gone", () -> server.connected("edge").isEmpty());
        await(
            gateway,
            "and counted",
            () -> server.clientAttributes("edge").contains("\"devicesDown\":1"));
        gateway.stopInOrder();
      }
    }
  }

  private static JsonObject answer(ThingsBoard server, int call) {
    return server.broker().received(RPC).stream()
        .map(message -> message.json())
        .filter(answer -> answer.getInteger("id") == call)
        .map(answer -> answer.getJsonObject("data"))
        .findFirst()
        .orElse(null);
  }

  @Test
  void aGatewayWithoutALoginGetsOneAndKeepsIt() throws IOException {
    try (var modbus = LibmodbusServer.start(1);
        var server = ThingsBoard.listen()) {
      Site site =
          writable(modbus)
              .uplinks(uplink(server, "provision: { key: profile-key, secret: profile-secret }"));
      String login;
      try (var gateway = start(site)) {
        await(gateway, "data", () -> !server.rows("unit-1").isEmpty());
        Path file = directory.resolve("sluice-data/devices/thingsboard-cloud.login");
        login = new JsonObject(Files.readString(file)).getString("credentialsValue");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
            .isEqualTo("rw-------");
        assertThat(gateway.process().output()).doesNotContain(login).doesNotContain("profile-s");
        gateway.stopInOrder();
      }
      int before = server.rows("unit-1").size();
      try (var gateway = start(site)) {
        await(gateway, "data again", () -> server.rows("unit-1").size() > before);
        gateway.stopInOrder();
      }
      assertThat(server.broker().connects())
          .extracting(Connect::userName)
          .containsExactly("provision", login, login);
      assertThat(server.broker().connects())
          .extracting(Connect::serverName)
          .containsOnly(ThingsBoard.HOST);
    }
  }
}
