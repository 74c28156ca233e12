package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.cloud.broker.Bench;
import dev.sluice.e2e.cloud.broker.Received;
import dev.sluice.e2e.cloud.ibm.Thing;
import dev.sluice.e2e.cloud.ibm.WatsonIot;
import io.vertx.core.buffer.Buffer;
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
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged gateway against Watson IoT Platform, strict. */
class WatsonUplinkTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration OUTAGE = Duration.ofSeconds(TestRandom.LONG ? 60 : 5);
  private static final int SETPOINT = 1_300;
  private static final int UNAVAILABLE = 3;
  private static final int UNITS = 5;
  private static final Thing EDGE = new Thing("sluice", "e2e");
  private static final String IDENTITY = "g:" + WatsonIot.ORGANIZATION + ":sluice:e2e";
  private static final String TOKEN = "e2e-gateway-token";

  @TempDir Path directory;

  @BeforeEach
  void token() throws IOException {
    Path token = Files.writeString(directory.resolve("token"), TOKEN + "\n");
    Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
  }

  private static String uplink(WatsonIot platform, String... more) {
    var keys =
        new StringBuilder(
            """
              cloud:
                connector: watson-iot
                url: "ssl://%s:%d"
                tls: { ca: "%s" }
                passwordFile: token
                backoffFirst: 100ms
                backoffMax: 500ms
                watson-iot: { organization: %s, deviceTypes: { unit-2: press } }
            """
                .formatted(
                    WatsonIot.HOST,
                    platform.broker().port(),
                    Bench.names().pki().certificate("ca"),
                    WatsonIot.ORGANIZATION));
    for (String key : more) {
      keys.append("    ").append(key).append('\n');
    }
    return keys.toString();
  }

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

  private static Thing unit(int number) {
    return new Thing(number == 2 ? "press" : "device", "unit-" + number);
  }

  @Test
  void anOutageAndACloseInMidLoadLoseNothing() {
    try (var modbus = LibmodbusServer.start(UNITS);
        var platform = WatsonIot.listen().withPrivilegedGateway(EDGE, TOKEN)) {
      Site site = new Site(directory).line("plc", modbus.port());
      for (int unit = 1; unit <= UNITS; unit++) {
        site.countingDevice("plc", unit, 5, "250ms");
      }
      site.uplinks(uplink(platform)).linger("100ms");
      try (var gateway = start(site)) {
        await(gateway, "data", () -> platform.events(unit(1)).size() > 5);
        platform.broker().faults().endAfterPublishes(10);
        assertThat(platform.broker().endings(1)).hasSize(1);
        await(gateway, "it is back", () -> platform.broker().isConnected(IDENTITY));
        platform.broker().faults().refuse(UNAVAILABLE, Integer.MAX_VALUE);
        platform.broker().cut(IDENTITY, "the outage");
        Eventually.pass(OUTAGE);
        Map<Integer, Long> answered = modbus.counters();
        platform.broker().faults().refuse(0, 0);
        Eventually.holds(
            "all of it",
            LIMIT.plus(OUTAGE),
            () -> missing(platform, answered, unit -> true).size() <= unheard(gateway),
            () -> missing(platform, answered, unit -> true) + "\n" + gateway.process().output());
        assertThat(platform.broker().ended())
            .extracting("reason")
            .as("nothing that the platform would close over, and never too fast")
            .allMatch(
                reason ->
                    reason.equals("cut on purpose after a message")
                        || reason.equals("the outage")
                        || reason.equals("CONNACK 3"));
        assertThat(unproven(platform)).isEmpty();
        System.out.printf(
            "watson outage of %d s: messages=%d missing=%d unheard=%.0f%n",
            OUTAGE.toSeconds(),
            platform.broker().received().size(),
            missing(platform, answered, unit -> true).size(),
            unheard(gateway));
        gateway.stopInOrder();
      }
    }
  }

  /** Counters up to what each unit had answered that never arrived. */
  private static List<String> missing(
      WatsonIot platform, Map<Integer, Long> answered, Predicate<Integer> units) {
    var missing = new ArrayList<String>();
    answered.forEach(
        (unit, count) -> {
          if (units.test(unit)) {
            var there = new TreeSet<Long>();
            for (Received event : platform.events(unit(unit))) {
              Long counter = event.json().getJsonObject("d").getLong("counter");
              if (counter != null) {
                there.add(counter);
              }
            }
            for (long i = 1; i <= count; i++) {
              if (!there.contains(i)) {
                missing.add(unit + "/" + i);
              }
            }
          }
        });
    return missing;
  }

  /** Records below the highest {@code low} of which a part is missing. */
  private static List<String> unproven(WatsonIot platform) {
    var whole = new TreeSet<String>();
    var seqs = new TreeSet<Long>();
    var missing = new ArrayList<String>();
    long low = 0;
    var parts = new ArrayList<String>();
    for (Received message : platform.broker().received()) {
      JsonObject json = message.json();
      Long seq = json.getLong("seq");
      if (seq != null) {
        JsonArray part = json.getJsonArray("part", new JsonArray().add(1).add(1));
        whole.add(seq + "/" + part.getInteger(0));
        seqs.add(seq);
        low = Math.max(low, json.getLong("low"));
        for (int i = 1; i <= part.getInteger(1); i++) {
          parts.add(seq + "/" + i);
        }
      }
    }
    for (String part : parts) {
      if (!whole.contains(part)) {
        missing.add(part);
      }
    }
    for (long seq = seqs.first(); seq < low; seq++) {
      if (!seqs.contains(seq)) {
        missing.add("seq " + seq);
      }
    }
    return missing;
  }

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
  void commandsAndManagementAreAnsweredAndADeviceThatIsRefusedHoldsUpNobody() {
    try (var modbus = LibmodbusServer.start(2);
        var platform = WatsonIot.listen().withPrivilegedGateway(EDGE, TOKEN)) {
      platform.refuseToRegister("press");
      Site site =
          new Site(directory)
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
              .countingDevice("plc", 2, 1, "100ms")
              .linger("100ms")
              .uplinks(uplink(platform, "commands: true"));
      try (var gateway = start(site)) {
        gateway.awaitLog("device held back", 0, LIMIT);
        await(gateway, "it is back", () -> platform.broker().connects().size() > 1);
        Map<Integer, Long> answered = modbus.counters();
        Eventually.holds(
            "all of the other",
            LIMIT,
            () -> missing(platform, answered, unit -> unit == 1).size() <= unheard(gateway),
            gateway.process()::output);
        assertThat(platform.events(unit(2))).isEmpty();
        assertThat(gateway.metric("sluice_dead_letters")).as("kept").isPositive();
        await(gateway, "managed", () -> platform.managed(EDGE).isPresent());
        assertThat(platform.managed(EDGE).orElseThrow().lifetimeSeconds()).isEqualTo(86_400);
        String reboot = platform.manage(EDGE, "mgmt/initiate/device/reboot", new JsonObject());
        await(gateway, "no reboot", () -> platform.answer(reboot).isPresent());
        assertThat(platform.answer(reboot).orElseThrow().getInteger("rc")).isEqualTo(501);

        command(platform, "write", "{\"d\":{\"point\":\"setpoint\",\"value\":77},\"reqId\":\"1\"}");
        await(gateway, "written", () -> answer(platform, "1") != null);
        assertThat(answer(platform, "1").getInteger("code")).isEqualTo(200);
        assertThat(modbus.writes(1, SETPOINT)).isEqualTo(1);
        command(platform, "explode", "{\"d\":{},\"reqId\":\"2\"}");
        await(gateway, "refused", () -> answer(platform, "2") != null);
        assertThat(answer(platform, "2").getInteger("code")).isEqualTo(404);
        assertThat(gateway.process().lines().stream().filter(l -> l.contains("device_refused")))
            .as("no storm: %s\n%s", platform.broker().ended(), gateway.process().output())
            .hasSize(1);
        assertThat(gateway.process().output()).doesNotContain(TOKEN);
        gateway.stopInOrder();
      }
    }
  }

  private static void command(WatsonIot platform, String name, String payload) {
    assertThat(platform.command(unit(1), name, "json", Buffer.buffer(payload))).isTrue();
  }

  private static JsonObject answer(WatsonIot platform, String request) {
    return platform.events(unit(1)).stream()
        .map(Received::json)
        .filter(event -> request.equals(event.getString("reqId")))
        .map(event -> event.getJsonObject("d"))
        .findFirst()
        .orElse(null);
  }

  private static void await(Distribution gateway, String what, BooleanSupplier condition) {
    Eventually.holds(what, LIMIT, condition, gateway.process()::output);
  }
}
