package dev.sluice.e2e.cloud.google;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.cloud.broker.Bench;
import dev.sluice.e2e.cloud.broker.Connect;
import dev.sluice.e2e.cloud.broker.MqttPeer;
import dev.sluice.e2e.cloud.broker.Outcome;
import dev.sluice.e2e.cloud.broker.PahoPeer;
import dev.sluice.e2e.cloud.broker.Peer;
import dev.sluice.e2e.cloud.broker.Received;
import dev.sluice.e2e.cloud.broker.Together;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** The emulated platform against tokens of java-jwt and a client of Paho. */
class GoogleIotTest {

  private static final String PROJECT = "plant-7";

  private static Peer peer;
  private static Tokens rsa;
  private static Tokens ec;

  private Registry registry;
  private GoogleIot platform;
  private MqttPeer gateway;

  @BeforeAll
  static void prepare() throws Exception {
    peer = Bench.peer(PahoPeer.class);
    rsa = Tokens.rsa(PROJECT);
    ec = Tokens.ec(PROJECT);
  }

  @BeforeEach
  void listen(TestInfo test) {
    registry = new Registry(PROJECT, "us-central1", "hall");
    for (int i = 1; i <= 8; i++) {
      registry.with(Device.gateway("edge-" + i, ec.keys().getPublic()));
    }
    platform =
        GoogleIot.listen(
            registry
                .with(Device.gateway("edge", rsa.keys().getPublic(), ec.keys().getPublic()))
                .with(Device.alone("meter", ec.keys().getPublic()))
                .with(Device.behind("edge", "press"))
                .with(Device.behind("another", "stranger")));
    gateway = new MqttPeer(peer, test.getDisplayName());
  }

  @AfterEach
  void close() {
    platform.close();
  }

  private static String clientId(String device) {
    return "projects/plant-7/locations/us-central1/registries/hall/devices/" + device;
  }

  private Outcome connect(MqttPeer client, String device, String token) {
    return client.connect(
        GoogleIot.HOST, platform.broker().port(), clientId(device), "unused", token);
  }

  private void in() {
    assertThat(connect(gateway, "edge", ec.hour()).error()).isEmpty();
  }

  @Test
  void tokensOfEitherAlgorithmLetTheGatewayInUnderTheRealHostName() {
    assertThat(connect(gateway, "edge", rsa.hour()).error()).isEmpty();
    gateway.disconnect();
    in();
    Connect connect = platform.broker().connects().get(1);
    assertThat(connect.serverName()).isEqualTo(GoogleIot.HOST);
    assertThat(connect.tls()).isEqualTo("TLSv1.3");
    assertThat(connect.clientId()).isEqualTo(clientId("edge"));
    assertThat(connect.userName()).isEqualTo("unused");
    assertThat(connect.level()).isEqualTo(4);
    assertThat(connect.keepAliveSeconds()).isEqualTo(60);
    assertThat(platform.broker().endings(1)).containsExactly("disconnect");
  }

  @Test
  void tokensThatBreakARuleAreRefused() throws Exception {
    Instant now = Instant.now();
    Duration hour = Duration.ofHours(1);
    refused(
        Map.of(
            ec.withDerSignature(), "ES256 signature of \\d+ bytes",
            ec.padded(), "token part is sloppy base64url",
            Tokens.ec(PROJECT).hour(), "signature of no key of the device",
            ec.forAudience("plant-8").hour(), "token for audience plant-8",
            ec.from(now.minus(hour).minusSeconds(660), hour), "token expired",
            ec.from(now.plusSeconds(660), hour), "token from the future",
            ec.from(now, Duration.ofHours(24).plusSeconds(1)), "token valid for more than a day"));
    // At the edge of each tolerance they are good. Each is another gateway's: Paho never tells of
    // a CONNACK when the connection is ended at once, as by a newer client of the same name.
    Map<String, String> good =
        Map.of(
            "edge-1", ec.from(now.minus(hour).minusSeconds(540), hour),
            "edge-2", ec.from(now.plusSeconds(540), hour),
            "edge-3", ec.from(now, Duration.ofHours(24)));
    Together.all(
        good.keySet().stream()
            .<Runnable>map(
                device ->
                    () ->
                        assertThat(connect(another(device), device, good.get(device)).error())
                            .isEmpty())
            .toList());
  }

  private MqttPeer another(String name) {
    return new MqttPeer(peer, gateway.name() + " " + name);
  }

  private void refused(Map<String, String> reasons) {
    Together.all(
        reasons.keySet().stream()
            .<Runnable>map(
                token ->
                    () ->
                        assertThat(connect(another(token), "edge", token).error()).contains("(4)"))
            .toList());
    assertThat(platform.refusals()).hasSameSizeAs(reasons.keySet());
    for (String reason : reasons.values()) {
      assertThat(platform.refusals()).anyMatch(said -> said.matches(reason));
    }
  }

  /** Each is good, but for whom it is shown. */
  @Test
  void tokensOfAnotherDeviceOfTheRegistryAreRefused() throws Exception {
    Tokens valve = Tokens.ec(PROJECT);
    registry.with(Device.gateway("valve", valve.keys().getPublic()));
    assertThat(connect(gateway, "edge", valve.hour()).error()).contains("(4)");
    assertThat(connect(another("2"), "valve", rsa.hour()).error()).contains("(4)");
    assertThat(connect(another("3"), "valve", Tokens.rsa(PROJECT).hour()).error()).contains("(4)");
    assertThat(platform.refusals())
        .containsExactly(
            "signature of valve, not of edge",
            "signature of edge, not of valve",
            "signature of no key of the device");
    assertThat(connect(another("4"), "valve", valve.hour()).error()).isEmpty();
    in();
    gateway.subscribe("/devices/edge/errors", 0);
    String shown = "{\"authorization\":\"" + valve.hour() + "\"}";
    assertThat(gateway.tryPublish("/devices/meter/attach", shown, 1, 100).failed()).isTrue();
    assertThat(gateway.message("/devices/edge/errors").getString("text"))
        .contains("GATEWAY_ATTACHMENT_ERROR", "signature of valve, not of meter");
  }

  @Test
  void aClientIdOfAnotherRegistryAndAnEmptyUserNameAreRefused() {
    int port = platform.broker().port();
    String other = clientId("edge").replace("hall", "yard");
    assertThat(gateway.connect(GoogleIot.HOST, port, other, "unused", ec.hour()).error())
        .contains("(2)");
    assertThat(gateway.connect(GoogleIot.HOST, port, clientId("edge"), "", ec.hour()).error())
        .contains("(4)");
    assertThat(connect(gateway, "nobody", ec.hour()).error()).contains("(2)");
  }

  @Test
  void aGatewaySpeaksForDevicesWhileTheyAreAttached() {
    in();
    assertThat(gateway.subscribe("/devices/edge/errors", 0).granted()).isZero();
    gateway.publish("/devices/press/attach", "{}");
    gateway.publish("/devices/meter/attach", "{\"authorization\":\"" + ec.hour() + "\"}");
    assertThat(platform.attached("edge")).containsExactlyInAnyOrder("press", "meter");
    gateway.publish("/devices/press/events", "1");
    gateway.publish("/devices/press/events/history/slow", "2");
    gateway.publish("/devices/meter/state", "3");
    gateway.publish("/devices/edge/state", "4");
    assertThat(platform.events("press")).extracting(Received::text).containsExactly("1", "2");
    gateway.publish("/devices/press/detach", "");
    assertThat(gateway.tryPublish("/devices/press/events", "5", 1, 200).error()).contains("32000");
    JsonObject error = new JsonObject(gateway.message("/devices/edge/errors").getString("text"));
    assertThat(error.getString("error_type")).isEqualTo("GATEWAY_DEVICE_NOT_FOUND");
    assertThat(error.getString("device_id")).isEqualTo("press");
    assertThat(error.getJsonObject("mqtt_message_info").getString("topic"))
        .isEqualTo("/devices/press/events");
    assertThat(platform.events("press")).hasSize(2);
  }

  @Test
  void aDeviceThatIsNotOurOwnCannotBeAttached() {
    in();
    gateway.subscribe("/devices/edge/errors", 0);
    for (String device : List.of("stranger", "nobody", "meter")) {
      assertThat(gateway.tryPublish("/devices/" + device + "/attach", "{}", 1, 100).failed())
          .isTrue();
      JsonObject error =
          gateway.message(
              "/devices/edge/errors", m -> m.getString("text").contains("\"" + device + "\""));
      assertThat(error.getString("text")).contains("GATEWAY_ATTACHMENT_ERROR");
    }
    assertThat(platform.attached("edge")).isEmpty();
    assertThat(platform.broker().isConnected(clientId("edge"))).isTrue();
  }

  @Test
  void withoutTheErrorTopicAFailedAttachEndsTheConnection() {
    in();
    gateway.tryPublish("/devices/nobody/attach", "{}", 1);
    gateway.lost();
    assertThat(platform.broker().endings(1))
        .containsExactly("GATEWAY_ATTACHMENT_ERROR: no device nobody");
  }

  @Test
  void aConfigurationIsSentUntilItIsAcknowledgedAndAgainAtEachSubscribe() {
    platform.broker().faults().redeliverAfter(Duration.ofMillis(300));
    platform.config("edge", Buffer.buffer("{\"version\":1}"));
    gateway.connectUnacknowledging(
        GoogleIot.HOST, platform.broker().port(), clientId("edge"), "unused", ec.hour());
    assertThat(gateway.subscribe("/devices/edge/config", 2).granted()).isEqualTo(1);
    JsonObject first = gateway.message("/devices/edge/config");
    JsonObject again = gateway.message("/devices/edge/config", m -> m.getBoolean("again"));
    assertThat(first.getBoolean("again")).isFalse();
    assertThat(again.getInteger("packet")).isEqualTo(first.getInteger("packet"));
    assertThat(again.getString("text")).isEqualTo("{\"version\":1}");
    gateway.acknowledge(first.getInteger("packet"));
    platform.config("edge", Buffer.buffer("{\"version\":2}"));
    gateway.message("/devices/edge/config", m -> m.getString("text").contains("2"));
  }

  @Test
  void commandsReachOnlyAWildcardSubscriptionOfAnAttachedDevice() {
    in();
    assertThat(platform.command("press", "", Buffer.buffer("lost"))).isFalse();
    gateway.publish("/devices/press/attach", "{}");
    assertThat(gateway.subscribe("/devices/press/commands", 1).failed()).isTrue();
    assertThat(gateway.subscribe("/devices/press/commands/#", 1).granted()).isEqualTo(1);
    assertThat(platform.command("press", "set/speed", Buffer.buffer("3"))).isTrue();
    assertThat(platform.command("press", "", Buffer.buffer("stop"))).isTrue();
    assertThat(gateway.message("/devices/press/commands/set/speed").getString("text"))
        .isEqualTo("3");
    assertThat(gateway.message("/devices/press/commands").getString("text")).isEqualTo("stop");
  }

  @Test
  void whateverElseAClientDoesEndsItsConnection() {
    platform.stateInterval(Duration.ofMinutes(1));
    Together.all(
        List.of(
            () -> in("edge-1").tryPublish("/devices/edge-1/telemetry", "x", 1),
            () -> in("edge-2").tryPublish("devices/edge-2/events", "x", 1),
            () -> in("edge-3").tryPublish("/devices/edge-3/events", "x", 2),
            () -> in("edge-4").tryPublish("/devices/edge-4/config", "x", 1),
            () -> in("edge-5").tryPublishBytes("/devices/edge-5/events", GoogleIot.EVENT_BYTES + 1),
            () -> in("edge-6").tryPublishBytes("/devices/edge-6/state", GoogleIot.STATE_BYTES + 1),
            () -> {
              MqttPeer client = in("edge-7");
              client.publish("/devices/edge-7/state", "1");
              client.tryPublish("/devices/edge-7/state", "2", 1);
            },
            () -> in("edge-8").tryPublishBytes("/devices/edge-8/events", GoogleIot.EVENT_BYTES)));
    assertThat(platform.broker().endings(7))
        .containsExactlyInAnyOrder(
            "unknown topic /devices/edge-1/telemetry",
            "unknown topic devices/edge-2/events",
            "QoS 2 on /devices/edge-3/events",
            "nobody publishes to /devices/edge-4/config",
            "262145 bytes on /devices/edge-5/events",
            "65537 bytes of state",
            "state of edge-7 too often");
    assertThat(platform.events("edge-8")).hasSize(1);
  }

  private MqttPeer in(String device) {
    MqttPeer client = another(device);
    assertThat(connect(client, device, ec.hour()).error()).isEmpty();
    return client;
  }

  @Test
  void aDeviceThatIsNoGatewayMayNotAttach() {
    assertThat(connect(gateway, "meter", ec.hour()).error()).isEmpty();
    gateway.tryPublish("/devices/press/attach", "{}", 1);
    assertThat(platform.broker().endings(1))
        .containsExactly("meter is no gateway but sends /devices/press/attach");
  }

  @Test
  void aConnectionEndsWithItsToken() {
    in();
    platform.clockAhead(Duration.ofMinutes(69));
    gateway.publish("/devices/edge/events", "still here within the tolerance");
    platform.clockAhead(Duration.ofMinutes(71));
    gateway.lost();
    assertThat(platform.broker().endings(1)).containsExactly("token expired");
  }

  @Test
  void aSecondClientTakesTheNameFromTheFirst() {
    in();
    var second = new MqttPeer(peer, gateway.name() + " 2");
    assertThat(connect(second, "edge", rsa.hour()).error()).isEmpty();
    gateway.lost();
    second.publish("/devices/edge/events", "mine");
    assertThat(platform.broker().endings(1))
        .containsExactly("a newer client is " + clientId("edge"));
  }
}
