package dev.sluice.e2e.cloud.ibm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.Eventually;
import dev.sluice.e2e.cloud.broker.Bench;
import dev.sluice.e2e.cloud.broker.Connect;
import dev.sluice.e2e.cloud.broker.MqttPeer;
import dev.sluice.e2e.cloud.broker.Outcome;
import dev.sluice.e2e.cloud.broker.Peer;
import dev.sluice.e2e.cloud.broker.Received;
import dev.sluice.e2e.cloud.broker.Together;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** The emulated platform against IBM's own clients, and against Paho for what they never do. */
class WatsonIotTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Thing EDGE = new Thing("edge", "hall-7");
  private static final Thing PRESS = new Thing("machine", "press");
  private static final String USER = "use-token-auth";
  private static final String TOKEN = "a-gateway-token";

  private static Peer peer;

  private WatsonIot platform;
  private String name;

  @BeforeAll
  static void prepare() {
    peer = Bench.peer(IbmPeer.class);
  }

  @BeforeEach
  void listen(TestInfo test) {
    platform = WatsonIot.listen().withPrivilegedGateway(EDGE, TOKEN);
    name = test.getDisplayName();
  }

  @AfterEach
  void close() {
    platform.close();
  }

  private JsonObject as(Thing thing) {
    return new JsonObject()
        .put("client", name)
        .put("type", thing.type())
        .put("id", thing.id())
        .put("port", platform.broker().port());
  }

  private JsonObject asApplication() {
    return new JsonObject().put("client", name + " far end").put("port", platform.broker().port());
  }

  private static JsonObject event(JsonObject of, String event, String data) {
    return of.copy().put("event", event).put("data", data).put("qos", 1);
  }

  @Test
  void eventsOfTheGatewayAndOfDevicesThatItRegistersReachTheApplication() {
    peer.must("application", asApplication());
    peer.must("gateway", as(EDGE).put("token", TOKEN));
    peer.must("event", event(as(PRESS), "readings", "{\"d\":{\"t\":1}}"));
    peer.must("own event", event(as(EDGE), "status", "{\"up\":true}"));
    peer.event("event", e -> e.getString("device").equals("machine:press"));
    JsonObject own = peer.event("event", e -> e.getString("device").equals("edge:hall-7"));
    assertThat(own.getString("name")).isEqualTo("status");
    assertThat(own.getString("data")).contains("\"up\":true");
    assertThat(platform.knows(PRESS)).isTrue();
    assertThat(platform.events(PRESS))
        .extracting(Received::text)
        .containsExactly("{\"d\":{\"t\":1}}");
    assertThat(platform.events(EDGE)).hasSize(1);
    assertThat(platform.broker().received())
        .extracting("topic")
        .containsExactly(
            "iot-2/type/machine/id/press/evt/readings/fmt/json", "iot-2/evt/status/fmt/json");
    Connect connect = platform.broker().connects().get(1);
    assertThat(connect.serverName()).isEqualTo(WatsonIot.HOST);
    assertThat(connect.clientId()).isEqualTo("g:sl1ce7:edge:hall-7");
    assertThat(connect.userName()).isEqualTo("use-token-auth");
    peer.must("leave", as(EDGE));
    peer.must("leave", asApplication());
  }

  @Test
  void commandsOfTheApplicationReachTheDeviceByItsGateway() {
    peer.must("application", asApplication());
    peer.must("managed connect", as(EDGE).put("token", TOKEN));
    peer.must("managed event", event(as(PRESS), "readings", "{}"));
    Eventually.holds("the press is known", LIMIT, () -> platform.knows(PRESS));
    assertThat(platform.command(PRESS, "stop", "json", Buffer.buffer("{}"))).isFalse();
    peer.must("managed commands", as(PRESS));
    // Which does not wait until the platform knows, and what comes before that is not kept.
    Eventually.holds(
        "it listens",
        LIMIT,
        () -> platform.command(PRESS, "ready", "json", Buffer.buffer("{}")),
        peer::output);
    peer.must(
        "command",
        asApplication()
            .put("type", PRESS.type())
            .put("id", PRESS.id())
            .put("command", "setSpeed")
            .put("data", "{\"rpm\":3}"));
    JsonObject command = peer.event("command", c -> "setSpeed".equals(c.getString("command")));
    assertThat(command.getString("device")).isEqualTo(PRESS.toString());
    assertThat(command.getString("data")).contains("\"rpm\":3");
    peer.must("managed leave", new JsonObject());
    peer.must("leave", asApplication());
  }

  @Test
  void aDeviceSpeaksForItselfAndTakesItsOwnCommands() {
    platform.withDevice(PRESS, "press-token");
    peer.must("device", as(PRESS).put("token", "press-token"));
    peer.must("own event", event(as(PRESS), "readings", "{\"t\":2}"));
    Eventually.holds(
        "it listens",
        LIMIT,
        () -> platform.command(PRESS, "stop", "json", Buffer.buffer("{\"d\":{\"now\":true}}")),
        peer::output);
    JsonObject command = peer.event("command", c -> name.equals(c.getString("client")));
    assertThat(command.getString("command")).isEqualTo("stop");
    assertThat(command.getString("data")).contains("\"now\":true");
    peer.must("leave", as(PRESS));
  }

  @Test
  void aGatewayWithoutThePrivilegeIsToldWhyItsMessageIsLost() {
    platform.withGateway(new Thing("edge", "plain"), "plain-token");
    MqttPeer gateway = paho("g:sl1ce7:edge:plain", "plain-token");
    assertThat(gateway.subscribe("iot-2/type/edge/id/plain/notify", 0).granted()).isZero();
    gateway.publish("iot-2/type/machine/id/press/evt/readings/fmt/json", "{}");
    JsonObject notice =
        new JsonObject(gateway.message("iot-2/type/edge/id/plain/notify").getString("text"));
    assertThat(notice.getString("RC")).isEqualTo("403");
    assertThat(notice.getString("Request")).isEqualTo("publish");
    assertThat(notice.getString("Type")).isEqualTo("machine");
    assertThat(notice.getString("Id")).isEqualTo("press");
    assertThat(notice.getString("Client")).isEqualTo("g:sl1ce7:edge:plain");
    assertThat(platform.knows(PRESS)).isFalse();
    assertThat(platform.events(PRESS)).isEmpty();
    assertThat(gateway.subscribe("iot-2/type/machine/id/press/cmd/+/fmt/+", 1).failed()).isTrue();
    gateway.message(
        "iot-2/type/edge/id/plain/notify", m -> m.getString("text").contains("\"subscribe\""));
    gateway.publish("iot-2/type/edge/id/plain/evt/status/fmt/json", "{}");
  }

  @Test
  void aTopicThatDoesNotExistIsToldToAGatewayThatListens() {
    MqttPeer gateway = paho("g:sl1ce7:edge:hall-7", TOKEN);
    gateway.subscribe("iot-2/type/edge/id/hall-7/notify", 0);
    gateway.publish("iot-2/readings", "{}");
    JsonObject notice =
        new JsonObject(gateway.message("iot-2/type/edge/id/hall-7/notify").getString("text"));
    assertThat(notice.getString("Message")).isEqualTo("unknown topic iot-2/readings");
    assertThat(notice.containsKey("Type")).isFalse();
  }

  @Test
  void aGatewayRegistersADeviceWhoseCommandsItWants() {
    MqttPeer gateway = paho("g:sl1ce7:edge:hall-7", TOKEN);
    assertThat(gateway.subscribe("iot-2/type/machine/id/+/cmd/+/fmt/+", 1).granted()).isEqualTo(1);
    assertThat(platform.knows(PRESS)).isFalse();
    assertThat(gateway.subscribe("iot-2/type/machine/id/press/cmd/+/fmt/+", 1).failed()).isFalse();
    assertThat(platform.knows(PRESS)).isTrue();
    assertThat(platform.command(PRESS, "stop", "json", Buffer.buffer("{}"))).isTrue();
    gateway.message("iot-2/type/machine/id/press/cmd/stop/fmt/json");
  }

  @Test
  void aTypeThatCannotBeRegisteredIsRefusedToAPrivilegedGatewayToo() {
    platform.refuseToRegister("machine");
    MqttPeer gateway = paho("g:sl1ce7:edge:hall-7", TOKEN);
    gateway.subscribe("iot-2/type/edge/id/hall-7/notify", 0);
    gateway.publish("iot-2/type/machine/id/press/evt/readings/fmt/json", "{}");
    assertThat(gateway.message("iot-2/type/edge/id/hall-7/notify").getString("text"))
        .contains("cannot be registered");
  }

  private MqttPeer paho(String clientId, String token) {
    var client = new MqttPeer(peer, name);
    assertThat(connect(client, clientId, USER, token).error()).isEmpty();
    return client;
  }

  private Outcome connect(MqttPeer client, String clientId, String user, String token) {
    return client.connect(WatsonIot.HOST, platform.broker().port(), clientId, user, token);
  }

  @Test
  void aManagedGatewayKeepsTheWholeDialogue() {
    peer.must("managed connect", as(EDGE).put("token", TOKEN));
    assertThat(managed("manage", new JsonObject().put("lifetime", 60))).isEqualTo(400);
    assertThat(managed("location", new JsonObject())).isEqualTo(404);
    assertThat(managed("manage", new JsonObject().put("lifetime", 3_600))).isEqualTo(200);
    Managed managed = platform.managed(EDGE).orElseThrow();
    assertThat(managed.lifetimeSeconds()).isEqualTo(3_600);
    assertThat(managed.deviceActions()).isTrue();
    assertThat(managed.info().getString("serialNumber")).isEqualTo("SN-1");
    assertThat(managed("manage device", as(PRESS))).isEqualTo(200);
    assertThat(managed("location", new JsonObject())).isEqualTo(200);
    assertThat(managed("error code", new JsonObject())).isEqualTo(200);
    assertThat(managed("clear", new JsonObject())).isEqualTo(200);
    assertThat(code(EDGE, "mgmt/initiate/device/reboot", new JsonObject())).isEqualTo(202);
    assertThat(code(PRESS, "mgmt/initiate/device/factory_reset", new JsonObject())).isEqualTo(501);
    assertThat(peer.event("reboot", any -> true).getString("thing")).isEqualTo("edge:hall-7");
    assertThat(managed("unmanage", new JsonObject())).isEqualTo(200);
    assertThat(platform.managed(EDGE)).isEmpty();
    peer.must("managed leave", new JsonObject());
  }

  @Test
  void firmwareIsAnnouncedObservedAndDownloaded() {
    peer.must("managed connect", as(EDGE).put("token", TOKEN));
    assertThat(managed("manage", new JsonObject().put("lifetime", 0))).isEqualTo(200);
    var firmware =
        new JsonObject().put("version", "2").put("name", "fw").put("uri", "https://fw.example/2");
    assertThat(code(EDGE, "device/update", fields(firmware))).isEqualTo(204);
    assertThat(code(EDGE, "observe", fields(null))).isEqualTo(200);
    assertThat(code(EDGE, "mgmt/initiate/firmware/download", new JsonObject())).isEqualTo(202);
    assertThat(peer.event("download", any -> true).getString("uri"))
        .isEqualTo("https://fw.example/2");
    Eventually.holds(
        "the download is reported",
        LIMIT,
        () -> platform.notes(EDGE).toString().contains("\"state\":2"),
        () -> platform.notes(EDGE).toString());
    assertThat(code(EDGE, "cancel", fields(null))).isEqualTo(200);
    peer.must("managed leave", new JsonObject());
  }

  private static JsonObject fields(JsonObject firmware) {
    var field = new JsonObject().put("field", "mgmt.firmware");
    if (firmware != null) {
      field.put("value", firmware);
    }
    return new JsonObject().put("fields", new JsonArray().add(field));
  }

  private static int managed(String what, JsonObject with) {
    return peer.must("managed " + what, with).getInteger("rc");
  }

  private int code(Thing thing, String action, JsonObject d) {
    // The client subscribes only after it was told that it is managed.
    Eventually.holds("it listens to " + action, LIMIT, () -> platform.listens(thing, action));
    String request = platform.manage(thing, action, d);
    Eventually.holds(
        action + " is answered", LIMIT, () -> platform.answer(request).isPresent(), peer::output);
    return platform.answer(request).orElseThrow().getInteger("rc");
  }

  @Test
  void whoIsNotWhoItSaysIsRefused() {
    String good = "g:sl1ce7:edge:hall-7";
    Together.all(
        List.of(
            () -> refused("(2)", "edge", USER, TOKEN),
            () -> refused("(2)", "g:sl1ce7:edge", USER, TOKEN),
            () -> refused("(2)", "g:sl1ce7:ed ge:a", USER, TOKEN),
            () -> refused("(2)", "x:sl1ce7:a:b", USER, TOKEN),
            () -> refused("(5)", good, USER, "other"),
            () -> refused("(5)", good, "token", TOKEN),
            () -> refused("(5)", "g:other1:edge:hall-7", USER, TOKEN),
            () -> refused("(5)", "a:sl1ce7:app", WatsonIot.API_KEY, "other")));
  }

  private void refused(String code, String clientId, String user, String token) {
    var client = new MqttPeer(peer, name + clientId + user + token);
    assertThat(connect(client, clientId, user, token).error()).contains(code);
  }

  @Test
  void whateverElseAClientDoesEndsItsConnection() {
    Together.all(
        List.of(
            () -> gateway(1).tryPublish("iot-2/evt/readings", "{}", 1),
            () -> gateway(2).tryPublish("iot-2/type/machine/id/a/cmd/stop/fmt/json", "{}", 1),
            () -> gateway(3).tryPublish("iotdevice-1/mgmt/destroy", "{\"reqId\":\"1\"}", 1),
            () -> gateway(4).tryPublish("iotdevice-1/response", "{\"reqId\":\"1\"}", 1),
            () -> gateway(5).tryPublishBytes("iot-2/evt/a/fmt/bin", WatsonIot.PAYLOAD_BYTES + 1),
            () -> gateway(6).subscribe("#", 1)));
    assertThat(platform.broker().endings(6))
        .containsExactlyInAnyOrder(
            "unknown topic iot-2/evt/readings",
            "edge:2 publishes to iot-2/type/machine/id/a/cmd/stop/fmt/json",
            "no action mgmt/destroy in device management",
            "an answer of edge:4 to no request",
            "131073 bytes on iot-2/evt/a/fmt/bin",
            "g:sl1ce7:edge:6 subscribes to #");
  }

  private MqttPeer gateway(int number) {
    platform.withGateway(new Thing("edge", "" + number), TOKEN);
    var client = new MqttPeer(peer, name + " " + number);
    assertThat(connect(client, "g:sl1ce7:edge:" + number, USER, TOKEN).error()).isEmpty();
    return client;
  }
}
