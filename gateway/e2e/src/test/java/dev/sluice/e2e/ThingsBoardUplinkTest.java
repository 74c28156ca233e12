package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.cloud.Certificates;
import dev.sluice.e2e.cloud.WireClient;
import dev.sluice.e2e.cloud.broker.Bench;
import dev.sluice.e2e.cloud.broker.Connect;
import dev.sluice.e2e.cloud.thingsboard.Account;
import dev.sluice.e2e.cloud.thingsboard.ThingsBoard;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged gateway against ThingsBoard's gateway API, strict. */
class ThingsBoardUplinkTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration OUTAGE = Duration.ofSeconds(TestRandom.LONG ? 60 : 5);
  private static final int SETPOINT = 1_300;
  private static final int UNAVAILABLE = 3;
  private static final String TOKEN = "e2eGatewayToken00001";
  private static final String TELEMETRY = "v1/gateway/telemetry";
  private static final String RPC = "v1/gateway/rpc";
  private static final String TOO_MUCH = "more than 5 messages in a second";

  @TempDir Path directory;

  private static String uplink(ThingsBoard server, String section, String... more) {
    return uplink("cloud", server, "", section, more);
  }

  /** With a certificate, by its name, if that is not empty. */
  static String uplink(
      String id, ThingsBoard server, String certificate, String section, String... more) {
    TestPki pki = Bench.names().pki();
    String shown =
        certificate.isEmpty()
            ? ""
            : ", certificate: \"%s\", key: \"%s\""
                .formatted(pki.certificate(certificate), pki.key(certificate));
    String keys =
        """
          %s:
            connector: thingsboard
            url: "ssl://%s:%d"
            tls: { ca: "%s"%s }
            backoffFirst: 100ms
            backoffMax: 500ms
            thingsboard: { %s }
        """
            .formatted(
                id,
                ThingsBoard.HOST,
                server.broker().port(),
                pki.certificate("ca"),
                shown,
                section);
    var all = new StringBuilder(keys);
    for (String key : more) {
      all.append("    ").append(key).append('\n');
    }
    return all.toString();
  }

  /** Names are looked up in a file of ours, so that TLS checks the real one. */
  private static Distribution start(Site site) {
    Distribution gateway =
        Distribution.launch(
            site,
            site.write(),
            List.of(
                ChildProcess.locate("env"),
                "SLUICE_JAVA=-Djdk.net.hosts.file=" + Bench.names().hostsFile()));
    gateway.awaitAlive();
    return gateway;
  }

  private Site oneUnit(LibmodbusServer modbus) {
    return new Site(directory)
        .line("plc", modbus.port())
        .deviceOf(
            "unit-1",
            "plc",
            1,
            List.of("every: 100ms"),
            Map.of(
                "counter",
                "{ at: \"holding 0\", type: uint32 }",
                "setpoint",
                "{ at: \"holding " + SETPOINT + "\", type: uint16, writable: true }"))
        .linger("100ms");
  }

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
        Eventually.holds(
            "all of it",
            LIMIT,
            () -> missing(server, answered).size() <= unheard(gateway),
            () -> missing(server, answered) + "\n" + gateway.process().output());
        server.takesInASecond(5);
        await(gateway, "cut for sending too much", () -> reasons(server).contains(TOO_MUCH));
        server.takesInASecond(1_000);
        Map<Integer, Long> later = modbus.counters();
        await(gateway, "all of it", () -> missing(server, later).size() <= unheard(gateway));
        assertThat(reasons(server))
            .as("nothing that the server would close over")
            .isSubsetOf("cut on purpose after a message", "the outage", "CONNACK 3", TOO_MUCH);
        assertThat(server.connected("edge")).hasSize(10).containsEntry("unit-1", "default");
        System.out.printf(
            "thingsboard outage of %d s, cut by limit: messages=%d missing=%d unheard=%.0f"
                + " connects=%d%n",
            OUTAGE.toSeconds(),
            server.broker().received(TELEMETRY).size(),
            missing(server, later).size(),
            unheard(gateway),
            offered);
        gateway.stopInOrder();
      }
    }
  }

  private static List<String> reasons(ThingsBoard server) {
    return server.broker().ended().stream().map(each -> each.reason()).toList();
  }

  /** Counters up to what each unit had answered that never arrived. */
  static List<String> missing(ThingsBoard server, Map<Integer, Long> answered) {
    var found = new TreeMap<String, TreeSet<Long>>();
    server
        .broker()
        .received(TELEMETRY)
        .forEach(
            message ->
                message
                    .json()
                    .forEach(
                        device ->
                            ((JsonArray) device.getValue())
                                .forEach(row -> count(found, device.getKey(), (JsonObject) row))));
    var missing = new ArrayList<String>();
    answered.forEach(
        (unit, count) -> {
          TreeSet<Long> there = found.getOrDefault("unit-" + unit, new TreeSet<>());
          for (long i = 1; i <= count; i++) {
            if (!there.contains(i)) {
              missing.add(unit + "/" + i);
            }
          }
        });
    return missing;
  }

  private static void count(Map<String, TreeSet<Long>> found, String device, JsonObject row) {
    Long counter = row.getJsonObject("values").getLong("counter");
    if (counter != null) {
      found.computeIfAbsent(device, key -> new TreeSet<>()).add(counter);
    }
  }

  /** Answers of devices that the gateway counted as too late or broken: on a slow machine. */
  private static double unheard(Distribution gateway) {
    return gateway
        .page("/metrics")
        .lines()
        .filter(line -> line.startsWith("sluice_line_polls_total{"))
        .filter(line -> line.contains("\"timeout\"") || line.contains("\"bad_reply\""))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  @Test
  void whatTheUserWantsIsWrittenAndReportedAndCallsAreAnswered() {
    try (var modbus = LibmodbusServer.start(1);
        var server = ThingsBoard.listen(new Account("edge", TOKEN, true))) {
      server.share("unit-1", "{\"setpoint\":1234}");
      Site site = oneUnit(modbus).uplinks(uplink(server, "token: " + TOKEN, "commands: true"));
      try (var gateway = start(site)) {
        await(
            gateway,
            "what was wanted before is so",
            () -> server.clientAttributes("unit-1").contains("\"setpoint\":1234"));
        assertThat(modbus.writes(1, SETPOINT)).isEqualTo(1);
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
        assertThat(modbus.writes(1, SETPOINT)).isEqualTo(3);
        assertThat(server.broker().ended()).isEmpty();

        modbus.process().close();
        await(gateway, "the dead device is gone", () -> server.connected("edge").isEmpty());
        assertThat(server.clientAttributes("edge")).contains("\"devicesDown\":1");
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
          oneUnit(modbus)
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
          oneUnit(modbus)
              .uplinks(
                  uplink("sealed", server, "sealed", "")
                      + uplink("stranger", server, "stranger", "")
                      + uplink("wrong", server, "", "token: wrong" + TOKEN)
                      + uplink("lonely", server, "", "token: lonelyToken", "ackTimeout: 500ms")
                      + uplink("secret", server, "", provision("edge-2", "profile-secreT"))
                      + uplink("again", server, "", provision("edge", "profile-secret")));
      try (var gateway = start(site)) {
        reason(gateway, "stranger", "refused_not_authorized", "");
        reason(gateway, "wrong", "refused_not_authorized", "");
        reason(gateway, "lonely", "ack_timeout", "");
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

  private static void reason(Distribution gateway, String uplink, String word, String detail) {
    await(
        gateway,
        uplink + " " + word,
        () -> {
          JsonObject status =
              new JsonObject(gateway.page("/status"))
                  .getJsonObject("uplinks")
                  .getJsonObject(uplink);
          return word.equals(status.getString("reason"))
              && status.getString("detail", "").contains(detail);
        });
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
      Site site = oneUnit(modbus).uplinks(uplink(server, "token: wrong"));
      try (var gateway = start(site)) {
        gateway.awaitLog("refused_not_authorized", 0, LIMIT);
        site.uplinks(uplink(server, "token: " + TOKEN));
        site.write();
        gateway.process().signal("HUP");
        Map<Integer, Long> answered = modbus.counters();
        Eventually.holds(
            "all of it",
            LIMIT,
            () -> missing(server, answered).size() <= unheard(gateway),
            () -> missing(server, answered) + "\n" + gateway.process().output());
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
      Site site = oneUnit(modbus).uplinks(uplink(server, "token: " + TOKEN));
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
        Map<Integer, Long> answered = modbus.counters();
        Eventually.holds(
            "all of it",
            LIMIT,
            () -> missing(server, answered).size() <= unheard(gateway),
            () -> missing(server, answered) + "\n" + gateway.process().output());
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
          oneUnit(modbus)
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

  private static void await(Distribution gateway, String what, BooleanSupplier condition) {
    Eventually.holds(what, LIMIT, condition, gateway.process()::output);
  }
}
