package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.cloud.Certificates;
import dev.sluice.e2e.cloud.ConnectFields;
import dev.sluice.e2e.cloud.Door;
import dev.sluice.e2e.cloud.Emulation;
import dev.sluice.e2e.cloud.Ending;
import dev.sluice.e2e.cloud.VendorJvm;
import dev.sluice.e2e.cloud.WireClient;
import dev.sluice.e2e.cloud.azure.AzureDps;
import dev.sluice.e2e.cloud.azure.AzureIotHub;
import dev.sluice.e2e.cloud.azure.AzureSdkPeer;
import dev.sluice.e2e.cloud.azure.MethodAnswer;
import dev.sluice.e2e.cloud.azure.Telemetry;
import dev.sluice.e2e.cloud.thingsboard.Account;
import dev.sluice.e2e.cloud.thingsboard.ThingsBoard;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged gateway at a strict IoT Hub and its provisioning service. */
class AzureIotTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration OUTAGE = Duration.ofSeconds(TestRandom.LONG ? 60 : 5);
  private static final int SETPOINT = 1_300;
  private static final int UNITS = 4;

  /** More than a second's worth of commands. */
  private static final int BACKLOG = 20;

  /** As the vendor publishes it. */
  private static final String GROUP_KEY =
      "8isrFI1sGsIlvvFSSFRiMfCNzv21fjbE/+ah/lSh3lF8e2YG1Te7w1KpZhJFFXJrqYKi9yegxkqIChbqOS9Egw==";

  @TempDir Path directory;
  private AzureSite azure;
  private AzureIotHub hub;

  @BeforeEach
  void open() {
    azure = new AzureSite(directory);
    hub = azure.hub;
  }

  @AfterEach
  void close() {
    azure.close();
  }

  private void await(String what, Distribution gateway, BooleanSupplier condition) {
    Eventually.holds(
        what,
        LIMIT,
        condition,
        () -> hub.emulation().endings().all() + "\n" + gateway.process().output());
  }

  private List<ConnectFields> connects(String device) {
    return hub.emulation().connects().all().stream()
        .filter(fields -> fields.clientId().equals(device))
        .toList();
  }

  private static List<Telemetry> of(AzureIotHub hub, String device) {
    return hub.telemetry().all().stream()
        .filter(each -> each.message().clientId().equals(device))
        .toList();
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
        unheard = unheard(gateway);
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

  private Ledger ledger(String device) {
    var ledger = new Ledger();
    for (Telemetry each : of(hub, device)) {
      ledger.add(
          Message.parse(each.message().topic(), each.message().payload(), each.message().nanos()));
    }
    return ledger;
  }

  private static boolean isBeyond(Ledger ledger, Map<Integer, Long> answered) {
    Map<String, long[]> range = ledger.counterRange();
    return answered.entrySet().stream()
        .allMatch(
            each ->
                range.containsKey("unit-" + each.getKey())
                    && range.get("unit-" + each.getKey())[1] > each.getValue());
  }

  /** Answers of devices that came too late or broken: on a slow machine. */
  private static long unheard(Distribution gateway) {
    return gateway
        .page("/metrics")
        .lines()
        .filter(line -> line.startsWith("sluice_line_polls_total{"))
        .filter(line -> line.contains("\"timeout\"") || line.contains("\"bad_reply\""))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

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

  /** By a certificate: what is desired, called and sent down is written, read back and answered. */
  @Test
  void whatComesDownIsWrittenAndAnswered() throws Exception {
    azure.pki.client("device", "plant-7");
    hub.devices()
        .withThumbprint(
            "plant-7", Certificates.thumbprint(Certificates.read(azure.pki.certificate("device"))));
    hub.devices().withKey("web-key", AzureSite.KEY);
    hub.devices()
        .withThumbprint(
            "web-cert",
            Certificates.thumbprint(Certificates.read(azure.pki.certificate("device"))));
    hub.desire("plant-7", setpoint(101));
    CompletableFuture<Void> crashed;
    try (var server = LibmodbusServer.start(1)) {
      Site site =
          writable(server)
              .uplinks(
                  azure.uplink(
                          "cloud",
                          AzureSite.HOST,
                          "device: plant-7",
                          azure.tls("device"),
                          "commands: true")
                      + azure.webUplink(
                          "web",
                          AzureSite.HOST,
                          "device: web-key, key: \"" + AzureSite.KEY + "\", tokenLife: 5s")
                      + azure.webUplink(
                          "web-cert", AzureSite.HOST, "device: web-cert", azure.tls("device")));
      try (var gateway = azure.start(site)) {
        await("desired before it came", gateway, () -> reported(2, 200));
        assertThat(hub.twin("plant-7").getJsonObject("reported").getJsonObject("devices"))
            .isEqualTo(new JsonObject("{\"unit-1\":{\"setpoint\":101}}"));
        hub.failNextTwinRequest(429);
        hub.desire("plant-7", setpoint(102));
        hub.desire("plant-7", setpoint(103));
        await("the newest", gateway, () -> reported(4, 200));
        await("read back", gateway, () -> readBack(103));
        hub.desire("plant-7", new JsonObject("{\"devices\":{\"unit-1\":[1]}}"));
        await("malformed", gateway, () -> reported(5, 400));

        assertThat(write(104).status()).isEqualTo(200);
        await("read back", gateway, () -> readBack(104));
        assertThat(call("reboot", "{}").status()).isEqualTo(404);
        assertThat(call("write", "[1]").status()).isEqualTo(400);
        MethodAnswer unknown =
            call("write", "{\"device\":\"unit-1\",\"point\":\"nothing\",\"value\":1}");
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(
                call("write", "{\"device\":\"unit-1\",\"point\":\"counter\",\"value\":1}").status())
            .as("not writable")
            .isEqualTo(403);

        letter(Map.of("$.mid", "m-1"), 105).orTimeout(20, TimeUnit.SECONDS).join();
        await("read back", gateway, () -> readBack(105));
        letter(Map.of("$.mid", "m-1"), 106).orTimeout(20, TimeUnit.SECONDS).join();
        letter(Map.of("$.mid", "m-2", "$.exp", "2020-01-01T00:00:00.0000000Z"), 107)
            .orTimeout(20, TimeUnit.SECONDS)
            .join();
        await("answered", gateway, () -> answers().size() == 3);
        assertThat(answers())
            .extracting(each -> each.getString("id") + " " + each.getInteger("code"))
            .containsExactlyInAnyOrder("m-1 200", "m-1 409", "m-2 410");

        // What is sent while the gateway is away waits for it, and then comes all at once.
        hub.emulation().shut();
        var queued = new ArrayList<CompletableFuture<Void>>();
        for (int i = 0; i < BACKLOG; i++) {
          queued.add(letter(Map.of("$.mid", "q-" + i), 200 + i));
        }
        hub.emulation().reopen();
        queued.forEach(each -> each.orTimeout(20, TimeUnit.SECONDS).join());
        await("read back", gateway, () -> readBack(200 + BACKLOG - 1));
        assertThat(answers())
            .filteredOn(each -> each.getString("id").startsWith("q-"))
            .hasSize(BACKLOG)
            .allMatch(each -> each.getInteger("code") == 200);

        overAWebSocket(gateway);

        // The device does not answer; before anybody knows what came of it, the power goes.
        server.process().signal("STOP");
        crashed = letter(Map.of("$.mid", "m-9"), 999);
        assertThat(call("write", "[1]").status()).as("which came later").isEqualTo(400);
        assertThat(crashed).as("acknowledged before it is answered").isNotDone();
        gateway.process().signal("KILL");
        server.process().signal("CONT");
      }
      try (var gateway = azure.start(site)) {
        crashed.orTimeout(20, TimeUnit.SECONDS).join();
        await("what came of it", gateway, () -> answered("m-9"));
        gateway.stopInOrder();
      }
      assertThat(server.writes(1, SETPOINT)).as("each once").isBetween(5L + BACKLOG, 6L + BACKLOG);
      ConnectFields fields = connects("plant-7").get(0);
      assertThat(fields.password()).isNull();
      assertThat(fields.cleanSession()).isFalse();
      assertThat(fields.serverName()).isEqualTo(AzureSite.HOST);
    }
  }

  /** The same, where port 8883 is closed: a frame of a WebSocket is no packet, and back. */
  private void overAWebSocket(Distribution gateway) throws Exception {
    for (String device : List.of("web-key", "web-cert")) {
      await(device, gateway, () -> !of(hub, device).isEmpty());
      ConnectFields fields = connects(device).get(0);
      assertThat(fields.door().name()).isEqualTo("web");
      assertThat(fields.serverName()).isEqualTo(AzureSite.HOST);
      assertThat(fields.certificate().isPresent()).isEqualTo(device.equals("web-cert"));
      assertThat(hub.call(device, "reboot", "{}", LIMIT).get().status()).isEqualTo(404);
      var many = new JsonObject();
      for (int i = 0; i < 150; i++) {
        many.put("p" + i, "x".repeat(100));
      }
      hub.desire(device, new JsonObject().put("other", many));
      await(
          device + " has read its twin",
          gateway,
          () ->
              hub.twin(device)
                  .getJsonObject("reported")
                  .getJsonObject("desired", new JsonObject())
                  .containsKey("code"));
    }
    await("a new token", gateway, () -> connects("web-key").size() > 1);
    assertThat(connects("web-key").get(0).webSocket())
        .isEqualTo("/$iothub/websocket?iothub-no-client-cert=true");
    assertThat(connects("web-cert").get(0).webSocket()).isEqualTo("/$iothub/websocket");
  }

  private Site writable(LibmodbusServer server) {
    return new Site(directory)
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
        .linger("100ms");
  }

  private static JsonObject setpoint(int value) {
    return new JsonObject("{\"devices\":{\"unit-1\":{\"setpoint\":" + value + "}}}");
  }

  private static String parameters(int value) {
    return "{\"device\":\"unit-1\",\"point\":\"setpoint\",\"value\":" + value + "}";
  }

  private boolean reported(int version, int code) {
    JsonObject desired =
        hub.twin("plant-7").getJsonObject("reported").getJsonObject("desired", new JsonObject());
    return desired.getInteger("version", 0) == version && desired.getInteger("code") == code;
  }

  private MethodAnswer write(int value) throws Exception {
    return call("write", parameters(value));
  }

  private MethodAnswer call(String method, String body) throws Exception {
    return hub.call("plant-7", method, body, LIMIT).get();
  }

  private CompletableFuture<Void> letter(Map<String, String> properties, int value) {
    return hub.send("plant-7", properties, parameters(value));
  }

  private List<JsonObject> answers() {
    return of(hub, "plant-7").stream()
        .filter(each -> "answer".equals(each.properties().get("kind")))
        .map(each -> each.message().json().getJsonObject("answer"))
        .toList();
  }

  private boolean answered(String id) {
    return answers().stream().anyMatch(each -> each.getString("id").equals(id));
  }

  private boolean readBack(int value) {
    return of(hub, "plant-7").stream()
        .anyMatch(each -> each.message().text().contains("\"setpoint\":" + value));
  }

  /** Three kinds of enrolment; the tokens are those that the vendor's client makes. */
  @Test
  void theProvisioningServiceSaysWhereAndTheTokensAreTheVendors() throws Exception {
    azure.dps.enrollments().group(GROUP_KEY);
    azure.dps.enrollments().withKey("own-key", AzureSite.KEY);
    azure.pki.client("certified", "certified");
    azure
        .dps
        .enrollments()
        .withThumbprint(
            "certified",
            Certificates.thumbprint(Certificates.read(azure.pki.certificate("certified"))));
    String scope = "provisioning: { idScope: " + AzureSite.SCOPE;
    try (var server = LibmodbusServer.start(1);
        var sdk = VendorJvm.start(AzureSdkPeer.class, azure.hosts(), azure.pki)) {
      Site site =
          writable(server)
              .uplinks(
                  azure.uplink(
                          "group",
                          AzureDps.HOST,
                          "device: of-group, key: \""
                              + GROUP_KEY
                              + "\", "
                              + scope
                              + ", groupKey: true }")
                      + azure.webUplink(
                          "key",
                          AzureDps.HOST,
                          "device: own-key, key: \"" + AzureSite.KEY + "\", " + scope + " }")
                      + azure.uplink(
                          "cert",
                          AzureDps.HOST,
                          "device: certified, " + scope + " }",
                          azure.tls("certified")));
      try (var gateway = azure.start(site)) {
        for (String device : List.of("of-group", "own-key", "certified")) {
          await(device, gateway, () -> !of(hub, device).isEmpty());
        }
        gateway.stopInOrder();
      }
      assertThat(azure.dps.early()).as("asked before its time").isZero();
      int asked = azure.dps.emulation().connects().size();
      assertThat(asked).isEqualTo(3);

      String derived = sdk.ask("derive", GROUP_KEY, "of-group");
      sameToken(sdk, connects("of-group").get(0), derived);
      sameToken(sdk, connects("own-key").get(0), AzureSite.KEY);
      ConnectFields registered =
          azure
              .dps
              .emulation()
              .connects()
              .await(LIMIT, fields -> fields.clientId().equals("of-group"));
      sameToken(sdk, registered, derived);

      // After a restart nobody asks, until the hub does not know a device any more.
      hub.devices().remove("own-key");
      int before = of(hub, "own-key").size();
      try (var gateway = azure.start(site)) {
        await("registered again", gateway, () -> of(hub, "own-key").size() > before);
        gateway.stopInOrder();
      }
      assertThat(azure.dps.emulation().connects().all().subList(asked, asked + 1))
          .extracting(ConnectFields::clientId)
          .containsExactly("own-key");
      assertThat(azure.dps.emulation().connects().size()).isEqualTo(asked + 1);
    }
  }

  /** Of the same resource and time, and signed as the vendor signs. */
  private static void sameToken(VendorJvm sdk, ConnectFields fields, String key) {
    Map<String, String> ours = fields(fields.password());
    assertThat(ours.get("sig"))
        .as("of %s", fields.clientId())
        .isEqualTo(sdk.ask("sign", ours.get("sr"), ours.get("se"), key));
    if (!ours.containsKey("skn")) {
      Map<String, String> vendors =
          fields(sdk.ask("token", AzureSite.HOST, fields.clientId(), key, ours.get("se")));
      assertThat(decoded(ours.get("sr"))).isEqualTo(decoded(vendors.get("sr")));
      assertThat(ours.keySet()).isEqualTo(vendors.keySet());
    }
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  private static Map<String, String> fields(String token) {
    var fields = new TreeMap<String, String>();
    for (String field : token.substring(token.indexOf(' ') + 1).split("&")) {
      fields.put(field.substring(0, field.indexOf('=')), field.substring(field.indexOf('=') + 1));
    }
    return fields;
  }

  /** Each is named in words, and none keeps another one from its hub. */
  @Test
  void whoIsRefusedIsToldWhyAndHoldsUpNobody() {
    hub.devices().withKey("good", AzureSite.KEY);
    hub.devices().withKey("locked", AzureSite.KEY);
    azure.dps.enrollments().withKey("banned", AzureSite.KEY);
    azure.dps.enrollments().disable("banned");
    for (String id : List.of("unknown-key", "no-such", "busy")) {
      azure.dps.enrollments().withKey(id, AzureSite.KEY);
    }
    azure.dps.enrollments().answer("unknown-key", 401, Duration.ZERO);
    azure.dps.enrollments().answer("no-such", 404, Duration.ZERO);
    azure.dps.enrollments().answer("busy", 429, Duration.ofMinutes(10));
    var nextYear = Clock.offset(Clock.systemUTC(), Duration.ofDays(366));
    try (var future = AzureIotHub.start("future.azure-devices.net", azure.pki, nextYear);
        var basic = AzureIotHub.start("basic.azure-devices.net", azure.pki);
        var server = LibmodbusServer.start(1)) {
      azure.name(future.host(), future.address());
      future.devices().withKey("late", AzureSite.KEY);
      azure.name(basic.host(), basic.address());
      basic.devices().withKey("asks", AzureSite.KEY);
      basic.devices().withKey("quiet", AzureSite.KEY);
      basic.becomeBasic();
      String key = ", key: \"" + AzureSite.KEY + "\"";
      String wrong = ", key: \"" + AzureSite.KEY.replace('M', 'N') + "\"";
      Site site =
          writable(server)
              .uplinks(
                  azure.uplink("good", AzureSite.HOST, "device: good" + key)
                      + azure.uplink("wrong-key", AzureSite.HOST, "device: locked" + wrong)
                      + azure.uplink("unknown", AzureSite.HOST, "device: nobody" + key)
                      + azure.uplink("late", future.host(), "device: late" + key)
                      + azure.uplink(
                          "astray", AzureSite.HOST, "hub: another.azure-devices.net" + key)
                      + azure.uplink("asks", basic.host(), "device: asks" + key)
                      + azure.uplink(
                          "quiet",
                          basic.host(),
                          "device: quiet, twin: false, methods: false, messages: false" + key)
                      + unplaced("banned")
                      + unplaced("unknown-key")
                      + unplaced("no-such")
                      + unplaced("busy"));
      try (var gateway = azure.start(site)) {
        reason(gateway, "wrong-key", "refused_not_authorized");
        reason(gateway, "unknown", "refused_not_authorized");
        reason(gateway, "late", "refused_not_authorized");
        reason(gateway, "astray", "refused_credentials");
        reason(gateway, "asks", "subscription_refused", "$iothub/methods/POST/#");
        reason(gateway, "banned", "not_provisioned", "the enrolment is disabled");
        reason(gateway, "unknown-key", "not_provisioned", "401001", "not that of the enrolment");
        reason(gateway, "no-such", "not_provisioned", "404001", "no such enrolment");
        reason(gateway, "busy", "not_provisioned", "429001", "more often than its quota allows");
        hub.emulation().endings().await(LIMIT, e -> e.reason().equals("the signature is wrong"));
        hub.emulation().endings().await(LIMIT, e -> e.reason().equals("no device nobody"));
        future.emulation().endings().await(LIMIT, e -> e.reason().equals("the token has expired"));
        await("the good one", gateway, () -> of(hub, "good").size() > 3);
        await("the quiet one", gateway, () -> of(basic, "quiet").size() > 3);
        assertThat(azure.dps.emulation().connects().all())
            .extracting(ConnectFields::clientId)
            .as("however often the uplink tries")
            .containsOnlyOnce("busy")
            .hasSizeLessThan(12);
        assertThat(gateway.process().output())
            .doesNotContain(AzureSite.KEY, "SharedAccessSignature");
        assertThat(gateway.page("/metrics"))
            .contains("complaint=\"device_refused\"", "complaint=\"provisioning_refused\"");
        gateway.stopInOrder();
      }
    }
  }

  /** One that the provisioning service gives no place. */
  private String unplaced(String device) {
    return azure.uplink(
        device,
        AzureDps.HOST,
        "device: %s, key: \"%s\", provisioning: { idScope: %s }"
            .formatted(device, AzureSite.KEY, AzureSite.SCOPE));
  }

  /** Each throws the other out; the gateway notices, and says so. */
  @Test
  void aSecondClientWithOurIdIsNamed() {
    if (!TestRandom.LONG) {
      System.out.println("azure, a second client with our id: only with -Dsluice.long=true");
      return;
    }
    hub.devices().withKey("twin", AzureSite.KEY);
    try (var server = LibmodbusServer.start(1)) {
      Site site =
          writable(server)
              .uplinks(
                  azure.uplink(
                      "cloud", AzureSite.HOST, "device: twin, key: \"" + AzureSite.KEY + "\""));
      try (var gateway = azure.start(site)) {
        for (int i = 0; i < 3; i++) {
          int before = of(hub, "twin").size();
          await("there", gateway, () -> of(hub, "twin").size() > before);
          ConnectFields ours = connects("twin").get(0);
          try (var other =
              WireClient.open(AzureSite.HOST, hub.address(), Door.MQTT_PORT, azure.pki, "")) {
            assertThat(other.connect("twin", ours.username(), ours.password())).isZero();
          }
        }
        gateway.awaitLog("reason=taken_over", 0, LIMIT);
        gateway.stopInOrder();
      }
      assertThat(ledger("twin").missingRecords()).isEmpty();
    }
  }

  private void reason(Distribution gateway, String uplink, String word, String... details) {
    await(
        uplink + " " + word,
        gateway,
        () -> {
          JsonObject status =
              new JsonObject(gateway.page("/status"))
                  .getJsonObject("uplinks")
                  .getJsonObject(uplink);
          return word.equals(status.getString("reason"))
              && Stream.of(details).allMatch(status.getString("detail", "")::contains);
        });
  }

  /** Of both platforms with one gateway, at the pauses that an uplink has unless it is told. */
  @Test
  void whoIsRefusedAsksNoMoreThanTwiceAMinute() {
    if (!TestRandom.LONG) {
      System.out.println("azure and thingsboard, no storm: only with -Dsluice.long=true");
      return;
    }
    hub.devices().withKey("locked", AzureSite.KEY);
    azure.dps.enrollments().withKey("no-such", AzureSite.KEY);
    azure.dps.enrollments().answer("no-such", 404, Duration.ZERO);
    String wrong = AzureSite.KEY.replace('M', 'N');
    try (var board = ThingsBoard.listen(new Account("edge", "rightToken", true));
        var server = LibmodbusServer.start(1)) {
      azure.name(ThingsBoard.HOST, "127.0.0.1");
      String uplinks =
          azure.uplink("wrong", AzureSite.HOST, "device: locked, key: \"" + wrong + "\"")
              + unplaced("no-such")
              + ThingsBoardUplinkTest.uplink("board", board, "", "token: wrongToken");
      Site site =
          writable(server)
              .uplinks(
                  uplinks
                      .replaceAll("backoffFirst: .*", "backoffFirst: 1s")
                      .replaceAll("backoffMax: .*", "backoffMax: 1m"));
      try (var gateway = azure.start(site)) {
        Eventually.pass(Duration.ofSeconds(150));
        gateway.stopInOrder();
      }
      spaced(connects("locked").stream().map(ConnectFields::nanos).toList());
      spaced(azure.dps.emulation().connects().all().stream().map(ConnectFields::nanos).toList());
      spaced(board.broker().ended().stream().map(ended -> ended.nanos()).toList());
    }
  }

  private static void spaced(List<Long> nanos) {
    assertThat(nanos.size()).as("%s", nanos).isBetween(2, 8);
    for (int i = 5; i < nanos.size(); i++) {
      assertThat(Duration.ofNanos(nanos.get(i) - nanos.get(i - 1)))
          .isGreaterThan(Duration.ofSeconds(29));
    }
  }

  /** Of both platforms with one gateway: TLS looks at the clock before anybody says a word. */
  @Test
  void aClockThatIsOffByAYearIsNamedAndNothingIsLost() throws IOException {
    if (!TestRandom.LONG) {
      System.out.println("azure and thingsboard, a wrong clock: only with -Dsluice.long=true");
      return;
    }
    hub.devices().withKey("clock", AzureSite.KEY);
    Path offset = directory.resolve("offset");
    Files.writeString(offset, "-365d\n");
    try (var board = ThingsBoard.listen(new Account("edge", "clockToken", true));
        var server = LibmodbusServer.start(1)) {
      azure.name(ThingsBoard.HOST, "127.0.0.1");
      Site site =
          writable(server)
              .uplinks(
                  azure.uplink(
                          "azure", AzureSite.HOST, "device: clock, key: \"" + AzureSite.KEY + "\"")
                      + ThingsBoardUplinkTest.uplink("board", board, "", "token: clockToken"));
      try (var gateway =
          Distribution.launch(
              site,
              site.write(),
              List.of(
                  ChildProcess.locate("env"),
                  "SLUICE_JAVA=" + azure.hosts().jvmOption(),
                  "LD_PRELOAD=" + ClockAtBootTest.library(),
                  "FAKETIME_TIMESTAMP_FILE=" + offset,
                  "FAKETIME_DONT_FAKE_MONOTONIC=1",
                  "FAKETIME_FORCE_MONOTONIC_FIX=0",
                  "FAKETIME_CACHE_DURATION=1"))) {
        gateway.awaitAlive();
        for (String uplink : List.of("azure", "board")) {
          reason(gateway, uplink, "tls_not_yet_valid", "is the clock right?");
        }
        Map<Integer, Long> answered = server.counters();
        Files.writeString(offset, "+0\n");
        await("azure", gateway, () -> isBeyond(ledger("clock"), answered));
        await("all of it", gateway, () -> ledger("clock").missingRecords().isEmpty());
        await(
            "thingsboard",
            gateway,
            () -> ThingsBoardUplinkTest.missing(board, answered).size() <= unheard(gateway));
        gateway.stopInOrder();
      }
    }
  }
}
