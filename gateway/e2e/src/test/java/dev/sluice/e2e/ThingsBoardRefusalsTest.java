package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.cloud.Certificates;
import dev.sluice.e2e.cloud.WireClient;
import dev.sluice.e2e.cloud.broker.Bench;
import dev.sluice.e2e.cloud.thingsboard.Account;
import dev.sluice.e2e.cloud.thingsboard.ThingsBoard;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Who or what ThingsBoard does not take is named, and holds up nobody else. */
class ThingsBoardRefusalsTest extends ThingsBoardRig {

  /** Each is named in words, and none keeps another one from its server. */
  @Test
  void whoIsRefusedIsToldWhyAndHoldsUpNobody() {
    TestPki pki = Bench.names().pki();
    pki.client("sealed", "sealed");
    pki.client("stranger", "stranger");
    String sealed = Certificates.thumbprint(Certificates.read(pki.certificate("sealed")));
    try (var modbus = LibmodbusServer.start(1);
        var server =
            ThingsBoard.listen(
                Account.certified("sealed", sealed, true),
                new Account("edge", TOKEN, true),
                new Account("lonely", "lonelyToken", false))) {
      Site site =
          writable(modbus)
              .uplinks(
                  uplink("sealed", server, "sealed", "")
                      + uplink("stranger", server, "stranger", "")
                      + uplink("wrong", server, "", "token: wrong" + TOKEN)
                      + uplink("lonely", server, "", "token: lonelyToken", "ackTimeout: 500ms")
                      + uplink("secret", server, "", provision("edge-2", "profile-secreT"))
                      + uplink("again", server, "", provision("edge", "profile-secret")));
      try (var gateway = start(site)) {
        reason(gateway, "stranger", "refused_not_authorized");
        reason(gateway, "wrong", "refused_not_authorized");
        reason(gateway, "lonely", "ack_timeout");
        reason(gateway, "secret", "not_provisioned", "Provision data was not found!; key or");
        reason(gateway, "again", "not_provisioned", "a device of this name exists already");
        await(gateway, "the good one", () -> server.rows("unit-1").size() > 3);
        assertThat(server.connected("sealed")).containsKey("unit-1");
        assertThat(
                server.broker().connects().stream()
                    .filter(connect -> connect.certificate().equals(sealed)))
            .as("by its certificate alone, and once")
            .singleElement()
            .matches(connect -> connect.userName() == null && connect.password() == null);
        assertThat(gateway.process().output() + gateway.page("/status"))
            .doesNotContain(TOKEN, "lonelyToken", "profile-secre");
        gateway.stopInOrder();
      }
    }
  }

  private static String provision(String name, String secret) {
    return "provision: { key: profile-key, secret: %s, deviceName: %s }".formatted(secret, name);
  }

  /** What waits for a token that is right arrives, all of it. */
  @Test
  void afterAWrongTokenNothingIsMissing() {
    if (!TestRandom.LONG) {
      System.out.println("thingsboard, after a wrong token: only with -Dsluice.long=true");
      return;
    }
    try (var modbus = LibmodbusServer.start(1);
        var server = ThingsBoard.listen(new Account("edge", TOKEN, true))) {
      Site site = writable(modbus).uplinks(uplink(server, "token: wrong"));
      try (var gateway = start(site)) {
        gateway.awaitLog("refused_not_authorized", 0, LIMIT);
        site.uplinks(uplink(server, "token: " + TOKEN));
        site.write();
        gateway.process().signal("HUP");
        awaitAll(gateway, server, modbus.counters());
        gateway.stopInOrder();
      }
    }
  }

  /** The server ends the older one, whatever their client ids; nothing is missing afterwards. */
  @Test
  void aSecondClientWithOurTokenIsNamed() {
    if (!TestRandom.LONG) {
      System.out.println("thingsboard, a second client: only with -Dsluice.long=true");
      return;
    }
    try (var modbus = LibmodbusServer.start(1);
        var server = ThingsBoard.listen(new Account("edge", TOKEN, true))) {
      Site site = writable(modbus).uplinks(uplink(server, "token: " + TOKEN));
      try (var gateway = start(site)) {
        for (int i = 0; i < 3; i++) {
          int before = server.rows("unit-1").size();
          await(gateway, "there", () -> server.rows("unit-1").size() > before);
          try (var other =
              WireClient.open(
                  ThingsBoard.HOST, "127.0.0.1", server.broker().port(), Bench.names().pki(), "")) {
            assertThat(other.connect("another", TOKEN, null)).isZero();
          }
        }
        gateway.awaitLog("reason=taken_over.*retryMillis=[0-9]+", 0, LIMIT);
        awaitAll(gateway, server, modbus.counters());
        gateway.stopInOrder();
      }
    }
  }

  /** The operator of the server made its limit smaller than ours: one record goes, and is told. */
  @Test
  void aRecordThatIsTooLargeForTheServerIsSetAsideAndAnnounced() {
    if (!TestRandom.LONG) {
      System.out.println("thingsboard, too large a record: only with -Dsluice.long=true");
      return;
    }
    try (var modbus = LibmodbusServer.start(1);
        var server = ThingsBoard.listen(new Account("edge", TOKEN, true))) {
      server.takesAtMost(4_500); // what is said at the beginning fits, a row with qualities not
      var points = new TreeMap<String, String>();
      for (int i = 0; i < 100; i++) {
        points.put("a_long_name_of_a_point_" + i, "{ at: \"holding " + i + "\", type: uint16 }");
      }
      Site site =
          writable(modbus)
              .deviceOf("wide", "plc", 1, List.of("every: 10s"), points)
              .uplinks(uplink(server, "quality: key, token: " + TOKEN, "refusals: 2"));
      try (var gateway = start(site)) {
        await(gateway, "the gap", () -> ownTelemetry(server).contains("\"gapReason\":\"refused\""));
        int before = server.rows("unit-1").size();
        await(gateway, "the others", () -> server.rows("unit-1").size() > before + 5);
        assertThat(server.rows("wide")).noneMatch(row -> row.encode().contains("a_long_name"));
        assertThat(server.broker().ended())
            .extracting("reason")
            .allMatch(reason -> reason.toString().startsWith("a packet of"));
        assertThat(server.broker().ended()).as("not without end").hasSizeLessThan(8);
        gateway.stopInOrder();
      }
    }
  }

  private static String ownTelemetry(ThingsBoard server) {
    return server.broker().received("v1/devices/me/telemetry").stream()
        .map(message -> message.text())
        .toList()
        .toString();
  }
}
