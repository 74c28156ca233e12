package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.cloud.Certificates;
import dev.sluice.e2e.cloud.ConnectFields;
import dev.sluice.e2e.cloud.VendorJvm;
import dev.sluice.e2e.cloud.azure.AzureDps;
import dev.sluice.e2e.cloud.azure.AzureSdkPeer;
import dev.sluice.e2e.cloud.azure.MethodAnswer;
import io.vertx.core.json.JsonObject;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What comes down from Azure IoT Hub, and where its provisioning service leads. */
class AzureRequestsTest extends AzureRig {

  /** More than a second's worth of commands. */
  private static final int BACKLOG = 20;

  /** As the vendor publishes it. */
  private static final String GROUP_KEY =
      "8isrFI1sGsIlvvFSSFRiMfCNzv21fjbE/+ah/lSh3lF8e2YG1Te7w1KpZhJFFXJrqYKi9yegxkqIChbqOS9Egw==";

  /** The same, where port 8883 is closed: a frame of a WebSocket is no packet, and back. */
  private void overAWebSocket(Distribution gateway) {
    for (String device : List.of("web-key", "web-cert")) {
      await(device, gateway, () -> !of(hub, device).isEmpty());
      ConnectFields fields = connects(device).get(0);
      assertThat(fields.door().name()).isEqualTo("web");
      assertThat(fields.serverName()).isEqualTo(AzureSite.HOST);
      assertThat(fields.certificate().isPresent()).isEqualTo(device.equals("web-cert"));
      await(device + " knows no reboot", gateway, () -> statusOfReboot(device) == 404);
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

  /** 0 without an answer: a hub does not find a device that renews its token just then. */
  private int statusOfReboot(String device) {
    return hub.call(device, "reboot", "{}", Duration.ofSeconds(5))
        .handle((answer, failure) -> failure == null ? answer.status() : 0)
        .join();
  }

  /** One that lets in little: whoever sends more, or too large, is told. */
  private void whatIsNotLetInIsAnswered(Distribution gateway) throws Exception {
    String large = " ".repeat(2_000);
    assertThat(hub.call("narrow", "write", large, LIMIT).get().status()).isEqualTo(413);
    hub.send("narrow", Map.of("$.mid", "large"), large).orTimeout(20, TimeUnit.SECONDS).join();
    await(
        "the answer to a message that is too large",
        gateway,
        () ->
            of(hub, "narrow").stream()
                .anyMatch(
                    each ->
                        "large".equals(each.properties().get("$.cid"))
                            && each.message().json().getJsonObject("answer").getInteger("code")
                                == 413));
    // Beyond the gate's rate there is an answer, and beyond that for none of them any more.
    var answers = new ConcurrentLinkedQueue<Integer>();
    for (int i = 0; i < 20; i++) {
      hub.call("narrow", "reboot", "{}", LIMIT).thenAccept(each -> answers.add(each.status()));
    }
    await("some are taken, others refused", gateway, () -> answers.containsAll(Set.of(404, 429)));
  }

  private boolean reported(int version, int code) {
    JsonObject desired =
        hub.twin("plant-7").getJsonObject("reported").getJsonObject("desired", new JsonObject());
    return desired.getInteger("version", 0) == version && desired.getInteger("code") == code;
  }

  private CompletableFuture<Void> letter(Map<String, String> properties, int value) {
    return hub.send("plant-7", properties, parameters(value));
  }

  private boolean readBack(int value) {
    return of(hub, "plant-7").stream()
        .anyMatch(each -> each.message().text().contains("\"setpoint\":" + value));
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

  /** By a certificate: what is desired, called and sent down is written, read back and answered. */
  @Test
  void whatComesDownIsWrittenAndAnswered() throws Exception {
    azure.pki.client("device", "plant-7");
    hub.devices()
        .withThumbprint(
            "plant-7", Certificates.thumbprint(Certificates.read(azure.pki.certificate("device"))));
    hub.devices().withKey("web-key", AzureSite.KEY);
    hub.devices().withKey("narrow", AzureSite.KEY);
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
                          "web-cert", AzureSite.HOST, "device: web-cert", azure.tls("device"))
                      + azure.uplink(
                          "narrow",
                          AzureSite.HOST,
                          "device: narrow, twin: false, key: \"" + AzureSite.KEY + "\"",
                          "inbound: { rate: 2, maxBytes: 1KiB }"));
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

        whatIsNotLetInIsAnswered(gateway);
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
}
