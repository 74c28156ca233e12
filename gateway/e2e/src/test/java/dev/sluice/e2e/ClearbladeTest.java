package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.cloud.broker.Bench;
import dev.sluice.e2e.cloud.broker.Ended;
import dev.sluice.e2e.cloud.broker.Received;
import dev.sluice.e2e.cloud.google.Device;
import dev.sluice.e2e.cloud.google.GoogleIot;
import dev.sluice.e2e.cloud.google.Registry;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged gateway as a device of the platform: tokens, field devices, and what goes wrong. */
class ClearbladeTest {

  private static final Duration LIMIT = Duration.ofSeconds(40);
  private static final Duration OUTAGE = Duration.ofSeconds(TestRandom.LONG ? 60 : 5);
  private static final String CLIENT =
      "projects/plant-7/locations/us-central1/registries/hall/devices/e2e";
  private static final int SETPOINT = 1_300;
  private static final int REFUSED_UNAVAILABLE = 3;

  @TempDir Path directory;

  private Registry registry;
  private GoogleIot platform;
  private KeyPair keys;

  @BeforeEach
  void listen() throws Exception {
    keys = ec();
    registry = new Registry("plant-7", "us-central1", "hall");
    registry.with(Device.gateway("e2e", keys.getPublic()));
    for (int unit = 1; unit <= 9; unit++) {
      registry.with(Device.behind("e2e", "unit-" + unit));
    }
    platform = GoogleIot.listen(registry);
    write(keys);
  }

  @AfterEach
  void close() {
    platform.close();
  }

  private static KeyPair ec() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private void write(KeyPair pair) throws IOException {
    Path file = directory.resolve("device.pem");
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    String text = Base64.getMimeEncoder().encodeToString(pair.getPrivate().getEncoded());
    Files.writeString(
        file, "-----BEGIN PRIVATE KEY-----\n" + text + "\n-----END PRIVATE KEY-----\n");
  }

  private String uplink(String own, String... keys) {
    return """
      cloud:
        connector: clearblade
        url: "ssl://%s:%d"
        tls: { ca: "%s" }
        commands: true
        backoffFirst: 100ms
        backoffMax: 500ms
        %s
        clearblade: { project: plant-7, region: us-central1, registry: hall, key: device.pem, stateEvery: 1s, retry: 1s, %s }
    """
        .formatted(
            GoogleIot.HOST,
            platform.broker().port(),
            Bench.names().pki().certificate("ca"),
            String.join("\n    ", keys),
            own);
  }

  private static Distribution start(Site site, String... environment) {
    var prefix = new ArrayList<>(List.of("/usr/bin/env"));
    prefix.add("SLUICE_JAVA=-Djdk.net.hosts.file=" + Bench.names().hostsFile());
    prefix.addAll(List.of(environment));
    Distribution gateway = Distribution.launch(site, site.write(), prefix);
    gateway.awaitAlive();
    return gateway;
  }

  /** Everything that the platform took, read by a consumer of its own. */
  private Ledger ledger() {
    var ledger = new Ledger();
    for (Received each : platform.broker().received()) {
      if (each.topic().contains("/events") && !each.topic().endsWith("/answers")) {
        ledger.add(Message.parse(each.topic(), each.payload().getBytes(), each.nanos()));
      }
    }
    return ledger;
  }

  private void await(Distribution gateway, String what, BooleanSupplier condition) {
    Eventually.holds(
        what,
        LIMIT,
        condition,
        () ->
            platform.broker().ended()
                + "\n"
                + ledger().missingRecords()
                + ledger().missingPolls()
                + "\n"
                + gateway.process().output());
  }

  private Set<String> topics() {
    return platform.broker().received().stream()
        .map(Received::topic)
        .filter(topic -> topic.contains("/events"))
        .collect(Collectors.toSet());
  }

  private List<String> endings() {
    return platform.broker().ended().stream().map(Ended::reason).toList();
  }

  /** What the devices had answered so far has arrived, all of it. */
  private void awaitAll(Distribution gateway, LibmodbusServer server, String after) {
    Map<Integer, Long> answered = server.counters();
    await(
        gateway,
        "all of it after " + after,
        () -> {
          Ledger ledger = ledger();
          return answered.entrySet().stream()
                  .allMatch(each -> ledger.hasCounter("unit-" + each.getKey(), each.getValue()))
              && ledger.missingPolls().isEmpty()
              && ledger.missingRecords().isEmpty();
        });
    Ledger ledger = ledger();
    assertThat(ledger.violations()).as(after).isEmpty();
    System.out.printf(
        "clearblade %s: records=%d readings=%d history=%d duplicates=%d connects=%d%n",
        after,
        ledger.records(),
        ledger.readings(),
        ledger.historyRecords(),
        ledger.duplicates(),
        platform.broker().connects().size());
  }

  @Test
  void outageRenewalAndTheLimitUnderLoadLoseNothing() {
    try (var server = LibmodbusServer.start(10)) {
      Site site =
          Site.twoThousandReadings(directory, server)
              .uplinks(uplink("attach: true, tokenLifetime: 10s"))
              .linger("500ms");
      try (var gateway = start(site)) {
        await(gateway, "data of all", () -> topics().size() == 10);
        assertThat(topics())
            .as("unit-10 is not in the registry, so it goes by the gateway's own topic")
            .contains("/devices/e2e/events", "/devices/unit-1/events", "/devices/unit-9/events")
            .doesNotContain("/devices/unit-10/events");
        assertThat(platform.attached("e2e")).hasSize(9);
        gateway.awaitLog("attach_refused.*unit-10", 0, LIMIT);
        registry.with(Device.behind("e2e", "unit-10"));
        await(
            gateway,
            "what the registry has now, without a restart",
            () -> topics().contains("/devices/unit-10/events"));

        platform.broker().faults().refuse(REFUSED_UNAVAILABLE, Integer.MAX_VALUE);
        platform.broker().cut(CLIENT, "outage");
        Eventually.pass(OUTAGE);
        platform.broker().faults().refuse(0, 0);
        awaitAll(gateway, server, "outage of " + OUTAGE.toSeconds() + " s");

        long before = endings().stream().filter("disconnect"::equals).count();
        await(
            gateway,
            "renewed in flight",
            () -> endings().stream().filter("disconnect"::equals).count() >= before + 1);
        awaitAll(gateway, server, "renewal");

        platform.perSecond(15);
        await(
            gateway,
            "cut for sending too much",
            () -> endings().contains("more than 15 messages in a second"));
        platform.perSecond(100);
        awaitAll(gateway, server, "cut by limit");
        assertThat(endings()).doesNotContain("token expired");
        assertThat(platform.refusals()).isEmpty();
        gateway.stopInOrder();
      }
    }
  }

  @Test
  void aForgottenAttachmentAnotherKeyAndAnotherTimeLoseNothingAndAreNamed() throws Exception {
    try (var server = LibmodbusServer.start(2)) {
      Site site = new Site(directory).line("plc", server.port()).linger("200ms");
      site.countingDevice("plc", 1, 2, "100ms").countingDevice("plc", 2, 2, "100ms");
      site.uplinks(uplink("attach: true, tokenLifetime: 10s"));
      Path clock = Files.writeString(directory.resolve("clock"), "+0\n");
      try (var gateway = start(site, clock(clock))) {
        await(gateway, "data", () -> topics().size() == 2);
        assertThat(platform.forget("e2e", "unit-2")).isTrue();
        await(gateway, "its own topic", () -> topics().contains("/devices/e2e/events"));
        awaitAll(gateway, server, "a forgotten attachment");
        gateway.awaitLog("uplink down.*reason=device_refused.*unit-2", 0, LIMIT);

        write(ec());
        await(gateway, "the wrong key", () -> platform.refusals().size() >= 2);
        assertThat(platform.refusals()).containsOnly("signature of no key of the device");
        gateway.awaitLog(
            "complaint=token_refused_key.*probably the key: it is another one than that of the last"
                + " login; is the public half of .*device.pem registered",
            0,
            LIMIT);
        assertThat(gateway.page("/status")).contains("refused_credentials");
        write(keys);
        awaitAll(gateway, server, "another key");

        Files.writeString(clock, "+365d\n");
        gateway.awaitLog("reason=tls_expired", 0, LIMIT); // it comes before any token
        Files.writeString(clock, "+3600\n");
        await(gateway, "an hour off", () -> platform.refusals().contains("token from the future"));
        gateway.awaitLog(
            "complaint=token_refused_clock.*probably the clock: it was set by PT(1H|59M)",
            0,
            LIMIT);
        Files.writeString(clock, "+0\n");
        awaitAll(gateway, server, "a clock that was a year off");

        platform.clockAhead(Duration.ofDays(365));
        await(gateway, "expired in flight", () -> endings().contains("token expired"));
        await(gateway, "all expired", () -> platform.refusals().contains("token expired"));
        gateway.awaitLog(
            "complaint=token_refused_later.*the registration or the platform's clock", 0, LIMIT);
        platform.clockAhead(Duration.ZERO);
        awaitAll(gateway, server, "a platform whose clock was a year off");
        assertThat(gateway.process().output())
            .doesNotContain(platform.broker().connects().get(0).password());
        gateway.stopInOrder();
      }
    }
  }

  /** How durations are measured stays as it is. */
  private static String[] clock(Path offset) throws IOException {
    return new String[] {
      "LD_PRELOAD=" + ClockAtBootTest.library(),
      "FAKETIME_TIMESTAMP_FILE=" + offset,
      "FAKETIME_DONT_FAKE_MONOTONIC=1",
      "FAKETIME_FORCE_MONOTONIC_FIX=0",
      "FAKETIME_CACHE_DURATION=1"
    };
  }

  @Test
  void whatIsKeptOfADeviceComesWhenTheRegistryHasItAndNothingElseComesTwice() {
    try (var server = LibmodbusServer.start(10)) {
      Site site = new Site(directory).line("plc", server.port()).linger("200ms");
      site.countingDevice("plc", 1, 2, "100ms").countingDevice("plc", 10, 2, "100ms");
      site.uplinks(uplink("attach: true, unattached: keep"));
      try (var gateway = start(site)) {
        await(gateway, "kept", () -> gateway.metric("sluice_dead_letters") >= 1);
        await(gateway, "the other", () -> ledger().hasCounter("unit-1", 3));
        assertThat(ledger().counterRange()).doesNotContainKey("unit-10");
        registry.with(Device.behind("e2e", "unit-10"));
        await(gateway, "attached", () -> topics().contains("/devices/unit-10/events"));
        assertThat(ledger().missingRecords()).as("parts are missing").isNotEmpty();
        Map<Integer, Long> answered = server.counters();

        resend(site);
        await(
            gateway,
            "all of both",
            () ->
                gateway.metric("sluice_dead_letters") == 0
                    && ledger().hasCounter("unit-1", answered.get(1))
                    && ledger().hasCounter("unit-10", answered.get(10))
                    && ledger().missingPolls().isEmpty()
                    && ledger().missingRecords().isEmpty());
        assertThat(ledger().counterRange().get("unit-10")[0]).as("from the first on").isEqualTo(1);
        assertThat(ledger().duplicates()).isZero();
        assertThat(twice()).as("readings that came twice").isEmpty();
        assertThat(platform.broker().connects()).as("no connection was lost over it").hasSize(1);
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

  /** Counters that came more than once. */
  private List<String> twice() {
    var seen = new HashSet<String>();
    var twice = new ArrayList<String>();
    for (Received each : platform.broker().received()) {
      if (each.topic().contains("/events") && !each.topic().endsWith("/answers")) {
        Message.parse(each.topic(), each.payload().getBytes(), each.nanos())
            .rows(
                (device, time, values, qualities) -> {
                  String one = device + " " + values.get(Ledger.COUNTER);
                  if (!seen.add(one)) {
                    twice.add(one);
                  }
                });
      }
    }
    return twice;
  }

  /** Each of these costs more than the usual run has. */
  @Test
  void anEventThatIsTooLongAndADeviceThatIsNoGatewayAreNamedAndHoldUpNobody() {
    if (!TestRandom.LONG) {
      System.out.println("clearblade, oversize and no gateway: only with -Dsluice.long=true");
      return;
    }
    registry.with(Device.alone("e2e", keys.getPublic()));
    try (var server = LibmodbusServer.start(2)) {
      Site site = new Site(directory).line("plc", server.port()).linger("200ms");
      site.countingDevice("plc", 1, 2, "100ms").countingDevice("plc", 2, 200, "40s");
      site.uplinks(uplink("attach: true"));
      try (var gateway = start(site)) {
        gateway.awaitLog("complaint=no_gateway.*is this device a gateway", 0, LIMIT);
        await(gateway, "its own topic", () -> topics().contains("/devices/e2e/events"));
        registry.with(Device.gateway("e2e", keys.getPublic()));
        platform.broker().cut(CLIENT, "it is a gateway now");
        Eventually.holds(
            "attached after all",
            Duration.ofSeconds(90),
            () -> topics().contains("/devices/unit-1/events"),
            gateway.process()::output);

        platform.eventBytes(1_000);
        gateway.awaitLog(
            "record set aside.*closes the connection over it", 0, Duration.ofSeconds(120));
        platform.eventBytes(256 << 10);
        await(gateway, "announced", () -> ledger().missingRecords().isEmpty());
        assertThat(gateway.metric("sluice_dead_letters")).isPositive();
        resend(site);
        awaitAll(gateway, server, "oversize and no gateway");
        assertThat(gateway.metric("sluice_dead_letters")).isZero();
        System.out.println("clearblade, how connections ended: " + endings());
        gateway.stopInOrder();
      }
    }
  }

  @Test
  void anotherAudienceIsRefusedAndTwoWithOneIdDoNotStorm(@TempDir Path other) throws Exception {
    if (!TestRandom.LONG) {
      System.out.println(
          "clearblade, another audience and a second client: only with -Dsluice.long=true");
      return;
    }
    try (var server = LibmodbusServer.start(1)) {
      Site first = new Site(directory).line("plc", server.port()).linger("200ms");
      first.countingDevice("plc", 1, 2, "100ms").uplinks(uplink("audience: plant-8"));
      try (var gateway = start(first)) {
        await(gateway, "refused", () -> platform.refusals().size() >= 2);
        assertThat(platform.refusals()).containsOnly("token for audience plant-8");
        gateway.awaitLog("reason=refused_credentials", 0, LIMIT);
        gateway.awaitLog("complaint=token_refused_audience.*probably the audience", 0, LIMIT);
        String once = uplink("attach: false").replaceAll("(?m)^ *backoff.*\n", "");
        first.uplinks(once).write();
        gateway.process().signal("HUP");
        awaitAll(gateway, server, "another audience");

        Files.copy(directory.resolve("device.pem"), other.resolve("device.pem"));
        Site second = new Site(other).line("dead", FreePort.take()).uplinks(once);
        second.countingDevice("dead", 1, 2, "5s");
        try (var twin = start(second)) {
          gateway.awaitLog("reason=taken_over", 0, LIMIT);
          int before = platform.broker().connects().size();
          Eventually.pass(Duration.ofSeconds(30));
          assertThat(twin.process().isRunning()).isTrue();
          assertThat(platform.broker().connects().size() - before)
              .as("of two, once each in 30 s at least")
              .isLessThanOrEqualTo(4);
        }
        awaitAll(gateway, server, "another one with our id");
      }
    }
  }

  private JsonObject state(String device) {
    List<Received> all = platform.broker().received("/devices/" + device + "/state");
    return all.isEmpty() ? new JsonObject() : all.get(all.size() - 1).json();
  }

  private JsonObject config(String device) {
    return state(device).getJsonObject("config", new JsonObject());
  }

  private List<JsonObject> answers() {
    return platform.broker().received("/devices/e2e/events/answers").stream()
        .map(each -> each.json().getJsonObject("answer"))
        .toList();
  }

  @Test
  void whatIsWantedIsWrittenOnceAndAnsweredAndWhatIsNoneIsNamed() {
    try (var server = LibmodbusServer.start(1)) {
      Site site =
          new Site(directory)
              .line("plc", server.port())
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
              .uplinks(uplink("attach: true"))
              .linger("100ms");
      String wanted = "{\"version\":3,\"devices\":{\"unit-1\":{\"setpoint\":4321,\"counter\":1}}}";
      platform.config("e2e", Buffer.buffer(wanted));
      try (var gateway = start(site)) {
        await(gateway, "reported", () -> config("e2e").containsKey("code"));
        await(gateway, "told by the server", () -> server.writes(1, SETPOINT) == 1);
        assertThat(config("e2e").getInteger("version")).isEqualTo(3);
        assertThat(config("e2e").getJsonObject("errors").fieldNames())
            .containsExactly("unit-1/counter");
        await(
            gateway,
            "read back",
            () -> Integer.valueOf(4_321).equals(ledger().latest("unit-1").get("setpoint")));

        int connects = platform.broker().connects().size();
        platform.broker().cut(CLIENT, "to have the configuration sent again");
        await(
            gateway,
            "subscribed again",
            () ->
                platform.broker().connects().size() > connects
                    && platform.command("unit-1", "stop", Buffer.buffer("{}")));
        await(gateway, "answered", () -> !answers().isEmpty());
        assertThat(answers().get(0).getInteger("code")).as("no such method").isEqualTo(404);
        assertThat(server.writes(1, SETPOINT)).as("not again").isEqualTo(1);

        platform.command(
            "unit-1", "", Buffer.buffer("{\"id\":\"c-7\",\"point\":\"setpoint\",\"value\":77}"));
        await(
            gateway,
            "written",
            () -> answers().stream().anyMatch(a -> a.getString("id").equals("c-7")));
        assertThat(answers())
            .last()
            .satisfies(a -> assertThat(a.getInteger("code")).isEqualTo(200));
        await(gateway, "told by the server", () -> server.writes(1, SETPOINT) == 2);

        platform.config("unit-1", Buffer.buffer("{\"setpoint\":55}"));
        await(gateway, "of the device", () -> config("unit-1").getInteger("code", 0) == 200);
        await(gateway, "told by the server", () -> server.writes(1, SETPOINT) == 3);

        platform.config(
            "e2e", Buffer.buffer(Base64.getEncoder().encodeToString(wanted.getBytes())));
        await(gateway, "malformed", () -> config("e2e").getInteger("code", 0) == 400);
        assertThat(config("e2e").getString("detail")).contains("was it encoded twice?");
        assertThat(state("e2e").getJsonObject("counts").getInteger("malformed_config"))
            .isEqualTo(1);
        assertThat(endings())
            .as("no rule was broken")
            .containsOnlyOnce("to have the configuration sent again")
            .isSubsetOf("to have the configuration sent again", "lost");
        gateway.stopInOrder();
      }
    }
  }
}
