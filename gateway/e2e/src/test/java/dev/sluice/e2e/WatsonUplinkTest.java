package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.cloud.broker.Bench;
import dev.sluice.e2e.cloud.broker.Ended;
import dev.sluice.e2e.cloud.broker.Received;
import dev.sluice.e2e.cloud.ibm.Thing;
import dev.sluice.e2e.cloud.ibm.WatsonIot;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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
  private static final String CUT = "cut on purpose after a message";
  private static final String TOO_MUCH = "more than 8 messages in a second";

  @TempDir Path directory;

  @BeforeEach
  void token() throws IOException {
    token(TOKEN);
  }

  private void token(String text) throws IOException {
    Path token = Files.writeString(directory.resolve("token"), text + "\n");
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
  void anotherTokenAnOutageACloseInMidLoadAndTheLimitLoseNothing() throws IOException {
    try (var modbus = LibmodbusServer.start(UNITS);
        var platform = WatsonIot.listen().withPrivilegedGateway(EDGE, TOKEN)) {
      Site site = new Site(directory).line("plc", modbus.port());
      for (int unit = 1; unit <= UNITS; unit++) {
        site.countingDevice("plc", unit, 5, "250ms");
      }
      site.uplinks(uplink(platform)).linger("100ms");
      try (var gateway = start(site)) {
        await(gateway, "data", () -> platform.events(unit(1)).size() > 5);
        platform.withGateway(new Thing("sluice", "other"), "token-of-another");
        token("token-of-another");
        platform.broker().cut(IDENTITY, "to log in anew");
        gateway.awaitLog("reason=refused_not_authorized", 0, LIMIT);
        token(TOKEN);
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
        awaitAll(gateway, platform, answered, "outage of " + OUTAGE.toSeconds() + " s");

        platform.limit(WatsonIot.PAYLOAD_BYTES, 8);
        await(gateway, "cut for sending too much", () -> reasons(platform).contains(TOO_MUCH));
        platform.limit(WatsonIot.PAYLOAD_BYTES, 100);
        awaitAll(gateway, platform, modbus.counters(), "cut by limit");
        assertThat(reasons(platform))
            .as("nothing that the platform would close over, and never too fast for its own limit")
            .isSubsetOf(CUT, "to log in anew", "CONNACK 5", "the outage", "CONNACK 3", TOO_MUCH);
        assertThat(unproven(platform)).isEmpty();
        gateway.stopInOrder();
      }
    }
  }

  private static List<String> reasons(WatsonIot platform) {
    return platform.broker().ended().stream().map(Ended::reason).toList();
  }

  /** What the devices had answered so far has arrived, all of it. */
  private static void awaitAll(
      Distribution gateway, WatsonIot platform, Map<Integer, Long> answered, String after) {
    Eventually.holds(
        "all of it after " + after,
        LIMIT.plus(OUTAGE),
        () -> missing(platform, answered, unit -> true).size() <= unheard(gateway),
        () -> missing(platform, answered, unit -> true) + "\n" + gateway.process().output());
    System.out.printf(
        "watson %s: messages=%d missing=%d unheard=%.0f connects=%d%n",
        after,
        platform.broker().received().size(),
        missing(platform, answered, unit -> true).size(),
        unheard(gateway),
        platform.broker().connects().size());
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
      long seq = Long.parseLong(part.substring(0, part.indexOf('/')));
      if (seq < low && !whole.contains(part)) {
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
        await(gateway, "told by the server", () -> modbus.writes(1, SETPOINT) == 1);
        command(platform, "explode", "{\"d\":{},\"reqId\":\"2\"}");
        await(gateway, "refused", () -> answer(platform, "2") != null);
        assertThat(answer(platform, "2").getInteger("code")).isEqualTo(404);
        assertThat(
                gateway.process().lines().stream().filter(l -> l.contains("reason=device_refused")))
            .as("no storm: %s\n%s", platform.broker().ended(), gateway.process().output())
            .hasSize(1);
        assertThat(gateway.process().output()).doesNotContain(TOKEN);
        gateway.stopInOrder();
      }
    }
  }

  /** A trial of a refused device comes half a minute later at the soonest. */
  @Test
  void whatIsKeptOfADeviceComesWhenItIsRegisteredAndNothingElseComesTwice() {
    if (!TestRandom.LONG) {
      System.out.println("watson, registered later: only with -Dsluice.long=true");
      return;
    }
    try (var modbus = LibmodbusServer.start(4);
        var platform = WatsonIot.listen().withPrivilegedGateway(EDGE, TOKEN)) {
      platform.refuseToRegister("press");
      Site site = new Site(directory).line("plc", modbus.port()).linger("500ms");
      // These two are in the same records.
      site.countingDevice("plc", 4, 2, "100ms").countingDevice("plc", 2, 2, "100ms");
      String options =
          uplink(platform).replace("watson-iot: {", "watson-iot: { retry: 30s, settle: 200ms,");
      site.uplinks(options);
      try (var gateway = start(site)) {
        gateway.awaitLog("device held back.*device=unit-2", 0, LIMIT);
        await(gateway, "without it", () -> platform.broker().connects().size() == 2);
        platform.allowToRegister("press");
        Eventually.holds(
            "tried again, without a restart",
            Duration.ofSeconds(60),
            () -> !platform.events(unit(2)).isEmpty(),
            gateway.process()::output);
        assertThat(platform.broker().connects()).as("no storm").hasSize(2);
        Map<Integer, Long> answered = modbus.counters();
        long before = history(platform, unit(4));
        resend(site);
        Eventually.holds(
            "all of it",
            Duration.ofSeconds(60),
            () ->
                gateway.metric("sluice_dead_letters") == 0
                    && missing(platform, answered, unit -> true).size() <= unheard(gateway),
            () -> missing(platform, answered, unit -> true) + "\n" + gateway.process().output());
        assertThat(history(platform, unit(4))).as("of the other").isEqualTo(before);
        System.out.printf(
            "watson registered later: connects=%d endings=%s%n",
            platform.broker().connects().size(), reasons(platform));
        gateway.stopInOrder();
      }
    }
  }

  /** Events that did not come at once, as those of dead letters. */
  private static long history(WatsonIot platform, Thing of) {
    return platform.events(of).stream().filter(event -> event.json().containsKey("lane")).count();
  }

  @Test
  void anEventThatIsTooLongHoldsUpNobody() {
    if (!TestRandom.LONG) {
      System.out.println("watson, oversize: only with -Dsluice.long=true");
      return;
    }
    try (var modbus = LibmodbusServer.start(2);
        var platform = WatsonIot.listen().withPrivilegedGateway(EDGE, TOKEN)) {
      platform.limit(1_000, 100);
      Site site = new Site(directory).line("plc", modbus.port()).linger("200ms");
      site.countingDevice("plc", 1, 2, "100ms").countingDevice("plc", 2, 120, "40s");
      site.uplinks(uplink(platform));
      try (var gateway = start(site)) {
        gateway.awaitLog(
            "record set aside.*closes the connection over it", 0, Duration.ofSeconds(120));
        platform.limit(WatsonIot.PAYLOAD_BYTES, 100);
        Map<Integer, Long> answered = modbus.counters();
        resend(site);
        Eventually.holds(
            "all of it, also what was too long",
            Duration.ofSeconds(60),
            () ->
                gateway.metric("sluice_dead_letters") == 0
                    && missing(platform, answered, unit -> true).size() <= unheard(gateway),
            () -> missing(platform, answered, unit -> true) + "\n" + gateway.process().output());
        System.out.printf(
            "watson oversize: connects=%d endings=%s%n",
            platform.broker().connects().size(), reasons(platform));
        gateway.stopInOrder();
      }
    }
  }

  private static void resend(Site site) {
    String outbox = site.outbox().toString();
    try (var resend = Distribution.command("outbox", "dead", "resend", outbox, "--all")) {
      assertThat(resend.awaitExit(LIMIT)).as(resend.output()).isZero();
    }
  }

  @Test
  void twoWithOneIdDoNotStorm(@TempDir Path other) throws Exception {
    if (!TestRandom.LONG) {
      System.out.println("watson, a second client: only with -Dsluice.long=true");
      return;
    }
    try (var modbus = LibmodbusServer.start(1);
        var platform = WatsonIot.listen().withPrivilegedGateway(EDGE, TOKEN)) {
      String once = uplink(platform).replaceAll("(?m)^ *backoff.*\n", "");
      Site first = new Site(directory).line("plc", modbus.port()).linger("200ms");
      first.countingDevice("plc", 1, 2, "100ms").uplinks(once);
      Files.copy(
          directory.resolve("token"), other.resolve("token"), StandardCopyOption.COPY_ATTRIBUTES);
      Site second = new Site(other).line("dead", FreePort.take()).uplinks(once);
      second.countingDevice("dead", 1, 2, "5s");
      try (var gateway = start(first)) {
        await(gateway, "data", () -> platform.events(unit(1)).size() > 5);
        try (var twin = start(second)) {
          Eventually.holds(
              "named",
              Duration.ofSeconds(90),
              () ->
                  gateway.process().output().contains("reason=taken_over")
                      || twin.process().output().contains("reason=taken_over"),
              gateway.process()::output);
          int before = platform.broker().connects().size();
          Eventually.pass(Duration.ofSeconds(30));
          assertThat(platform.broker().connects().size() - before)
              .as("of two, once each in 30 s at least")
              .isLessThanOrEqualTo(4);
        }
        awaitAll(gateway, platform, modbus.counters(), "another one with our id");
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
