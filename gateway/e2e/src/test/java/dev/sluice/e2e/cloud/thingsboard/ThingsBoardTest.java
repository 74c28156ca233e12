package dev.sluice.e2e.cloud.thingsboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.cloud.broker.Bench;
import dev.sluice.e2e.cloud.broker.Connect;
import dev.sluice.e2e.cloud.broker.MqttPeer;
import dev.sluice.e2e.cloud.broker.Outcome;
import dev.sluice.e2e.cloud.broker.PahoPeer;
import dev.sluice.e2e.cloud.broker.Peer;
import dev.sluice.e2e.cloud.broker.Received;
import dev.sluice.e2e.cloud.broker.Together;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.mqtt.MqttClient;
import io.vertx.mqtt.MqttClientOptions;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/**
 * The emulated server against a client of Paho that speaks the documented dialogue word by word.
 */
class ThingsBoardTest {

  private static final String TOKEN = "dGhpc0lzR2F0ZXdheQ20";

  private static Peer peer;

  private ThingsBoard server;
  private MqttPeer gateway;

  @BeforeAll
  static void prepare() {
    peer = Bench.peer(PahoPeer.class);
  }

  @BeforeEach
  void listen(TestInfo test) {
    Stream<Account> own =
        Stream.of(new Account("edge", TOKEN, true), new Account("lonely", "lonelyToken", false));
    Stream<Account> more =
        IntStream.range(0, 8).mapToObj(i -> new Account("edge-" + i, "gateway-" + i, true));
    server = ThingsBoard.listen(Stream.concat(own, more).toArray(Account[]::new));
    gateway = new MqttPeer(peer, test.getDisplayName());
  }

  @AfterEach
  void close() {
    server.close();
  }

  private Outcome connect(MqttPeer client, String token) {
    return client.connect(
        ThingsBoard.HOST, server.broker().port(), client.name().substring(0, 12), token, null);
  }

  private void in() {
    assertThat(connect(gateway, TOKEN).error()).isEmpty();
  }

  private static JsonObject json(JsonObject message) {
    return new JsonObject(message.getString("text"));
  }

  @Test
  void theAccessTokenIsTheUserNameUnderTheRealHostName() {
    assertThat(connect(gateway, "anotherToken").error()).contains("(5)");
    in();
    Connect connect = server.broker().connects().get(1);
    assertThat(connect.serverName()).isEqualTo(ThingsBoard.HOST);
    assertThat(connect.userName()).isEqualTo(TOKEN);
    assertThat(connect.password()).isNull();
  }

  @Test
  void devicesConnectReportAndDisconnectThroughTheGateway() {
    in();
    gateway.publish("v1/gateway/connect", "{\"device\":\"Press\",\"type\":\"machine\"}");
    assertThat(server.connected("edge")).isEqualTo(Map.of("Press", "machine"));
    gateway.publish(
        "v1/gateway/telemetry",
        "{\"Press\":[{\"ts\":1700000000000,\"values\":{\"t\":42.1,\"on\":true}},"
            + "{\"ts\":1700000001000,\"values\":{\"t\":42.2}}],"
            + "\"Oven\":[{\"ts\":1700000000000,\"values\":{\"t\":180}}]}");
    gateway.publish("v1/gateway/attributes", "{\"Press\":{\"fw\":\"1.0\"}}");
    gateway.publish("v1/devices/me/telemetry", "{\"uptime\":7}");
    gateway.publish("v1/devices/me/attributes", "{\"version\":\"0.1\"}");
    assertThat(server.connected("edge")).isEqualTo(Map.of("Press", "machine", "Oven", "default"));
    assertThat(server.clientAttributes("Press")).isEqualTo("{\"fw\":\"1.0\"}");
    assertThat(server.clientAttributes("edge")).isEqualTo("{\"version\":\"0.1\"}");
    gateway.publish("v1/gateway/disconnect", "{\"device\":\"Press\"}");
    assertThat(server.connected("edge")).containsOnlyKeys("Oven");
    assertThat(server.rows("Press"))
        .extracting(row -> row.getLong("ts"))
        .containsExactly(1_700_000_000_000L, 1_700_000_001_000L);
    assertThat(server.rows("Oven").get(0).getJsonObject("values").getInteger("t")).isEqualTo(180);
  }

  @Test
  void eachDeviceOfAMessageIsAcknowledgedForItself() throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      var options = new MqttClientOptions().setUsername(TOKEN);
      options.setSsl(true).setTrustAll(true).setHostnameVerificationAlgorithm("");
      MqttClient client = MqttClient.create(vertx, options);
      var first = new CompletableFuture<Integer>();
      var again = new CompletableFuture<Integer>();
      client.publishCompletionHandler(first::complete);
      client.publishCompletionUnknownPacketIdHandler(again::complete);
      Buffer two = Buffer.buffer("{\"A\":[{\"t\":1}],\"B\":[{\"t\":2}]}");
      client
          .connect(server.broker().port(), "127.0.0.1")
          .compose(
              in ->
                  client.publish("v1/gateway/telemetry", two, MqttQoS.AT_LEAST_ONCE, false, false))
          .await(20, TimeUnit.SECONDS);
      assertThat(again.get(20, TimeUnit.SECONDS)).isEqualTo(first.get(20, TimeUnit.SECONDS));
    } finally {
      vertx.close().await(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void attributesAreAskedForInOneScopeAndChangesArePushed() {
    in();
    assertThat(gateway.subscribe("v1/gateway/attributes/response", 1).granted()).isEqualTo(1);
    assertThat(gateway.subscribe("v1/gateway/attributes", 2).granted()).isEqualTo(1);
    assertThat(gateway.subscribe("v1/devices/me/attributes/response/+", 1).granted()).isEqualTo(1);
    assertThat(server.share("Press", "{\"limit\":5,\"name\":\"a\"}")).isFalse();
    gateway.publish(
        "v1/gateway/attributes/request",
        "{\"id\":1,\"device\":\"Press\",\"client\":false,\"keys\":[\"limit\",\"none\",\"name\"]}");
    JsonObject answer = json(gateway.message("v1/gateway/attributes/response"));
    assertThat(answer)
        .isEqualTo(
            new JsonObject(
                "{\"id\":1,\"device\":\"Press\",\"values\":{\"limit\":5,\"name\":\"a\"}}"));
    gateway.publish(
        "v1/gateway/attributes/request",
        "{\"id\":2,\"device\":\"Press\",\"client\":false,\"key\":\"limit\"}");
    assertThat(
            json(
                gateway.message(
                    "v1/gateway/attributes/response", m -> json(m).containsKey("value"))))
        .isEqualTo(new JsonObject("{\"id\":2,\"device\":\"Press\",\"value\":5}"));
    assertThat(server.share("Press", "{\"limit\":6}")).isTrue();
    assertThat(json(gateway.message("v1/gateway/attributes")))
        .isEqualTo(new JsonObject("{\"device\":\"Press\",\"data\":{\"limit\":6}}"));
    gateway.publish("v1/devices/me/attributes", "{\"serial\":\"x1\"}");
    gateway.publish("v1/devices/me/attributes/request/9", "{\"clientKeys\":\"serial\"}");
    assertThat(json(gateway.message("v1/devices/me/attributes/response/9")))
        .isEqualTo(new JsonObject("{\"client\":{\"serial\":\"x1\"}}"));
  }

  @Test
  void callsReachDevicesThatAreConnectedAndAreAnsweredOnTheSameTopic() {
    in();
    assertThat(gateway.subscribe("v1/gateway/rpc", 1).granted()).isEqualTo(1);
    assertThat(gateway.subscribe("v1/devices/me/rpc/request/+", 1).granted()).isEqualTo(1);
    assertThat(server.call("Press", "stop", "{}")).isEqualTo(-1);
    gateway.publish("v1/gateway/connect", "{\"device\":\"Press\"}");
    int number = server.call("Press", "setSpeed", "{\"rpm\":3}");
    JsonObject call = json(gateway.message("v1/gateway/rpc"));
    assertThat(call.getString("device")).isEqualTo("Press");
    assertThat(call.getJsonObject("data"))
        .isEqualTo(
            new JsonObject()
                .put("id", number)
                .put("method", "setSpeed")
                .put("params", new JsonObject().put("rpm", 3)));
    gateway.publish(
        "v1/gateway/rpc", "{\"device\":\"Press\",\"id\":" + number + ",\"data\":{\"ok\":true}}");
    assertThat(server.broker().received("v1/gateway/rpc"))
        .extracting(Received::text)
        .containsExactly("{\"device\":\"Press\",\"id\":" + number + ",\"data\":{\"ok\":true}}");
    int own = server.call("edge", "reboot", "1");
    assertThat(json(gateway.message("v1/devices/me/rpc/request/" + own)))
        .isEqualTo(new JsonObject("{\"method\":\"reboot\",\"params\":1}"));
    gateway.publish("v1/devices/me/rpc/response/" + own, "{\"ok\":false}");
  }

  @Test
  void aNewDeviceGetsItsTokenWithoutAnAnswerToItsSubscribe() {
    assertThat(connect(gateway, "provision").error()).isEmpty();
    assertThat(gateway.trySubscribe("/provision/response", 200).error()).contains("32000");
    gateway.publish(
        "/provision/request",
        new JsonObject()
            .put("deviceName", "edge-9")
            .put("provisionDeviceKey", ThingsBoard.PROVISION_KEY)
            .put("provisionDeviceSecret", "wrong")
            .encode());
    assertThat(json(gateway.message("/provision/response")).getString("status"))
        .isEqualTo("NOT_FOUND");
    gateway.publish(
        "/provision/request",
        new JsonObject()
            .put("deviceName", "edge")
            .put("provisionDeviceKey", ThingsBoard.PROVISION_KEY)
            .put("provisionDeviceSecret", ThingsBoard.PROVISION_SECRET)
            .encode());
    assertThat(
            json(
                gateway.message(
                    "/provision/response", m -> json(m).getString("status").equals("FAILURE"))))
        .as("of a device that exists already")
        .isNotNull();
    gateway.publish(
        "/provision/request",
        new JsonObject()
            .put("deviceName", "edge-9")
            .put("provisionDeviceKey", ThingsBoard.PROVISION_KEY)
            .put("provisionDeviceSecret", ThingsBoard.PROVISION_SECRET)
            .encode());
    JsonObject given =
        json(gateway.message("/provision/response", m -> json(m).containsKey("credentialsValue")));
    assertThat(given.getString("credentialsType")).isEqualTo("ACCESS_TOKEN");
    gateway.tryPublish("v1/devices/me/telemetry", "{}", 1);
    assertThat(server.broker().endings(1))
        .containsExactly("v1/devices/me/telemetry of a client that is being provisioned");
    assertThat(connect(gateway, given.getString("credentialsValue")).error()).isEmpty();
    gateway.publish("v1/devices/me/telemetry", "{\"a\":1}");
  }

  @Test
  void whatTheServerCannotReadEndsTheConnection() {
    cut(
        Map.of(
            "v1/gateway/telemetry {\"A\":",
            "no JSON object on v1/gateway/telemetry: {\"A\":",
            "v1/gateway/telemetry {\"A\":{}}",
            "rows that are no array on v1/gateway/telemetry",
            "v1/gateway/telemetry {\"A\":[{\"ts\":1700000000,\"values\":{}}]}",
            "time 1700000000 on v1/gateway/telemetry",
            "v1/gateway/telemetry {\"A\":[{\"t\":0.12345678901234567}]}",
            "number 0.12345678901234567 of t would be kept as text, v1/gateway/telemetry",
            "v1/gateway/attributes/request "
                + "{\"id\":1,\"device\":\"A\",\"client\":[\"a\"],\"shared\":[\"b\"]}",
            "client is neither true nor false on v1/gateway/attributes/request",
            "v1/gateway/connect {\"device\":\"\"}",
            "no device on v1/gateway/connect",
            "v1/gateway/events {}",
            "unknown topic v1/gateway/events",
            "sluice/data {}",
            "unknown topic sluice/data"));
  }

  /** Each as a gateway of its own: topic and payload, and why it is cut for it. */
  private void cut(Map<String, String> reasons) {
    var steps = new ArrayList<Runnable>();
    for (String mistake : reasons.keySet()) {
      var client = new MqttPeer(peer, gateway.name() + " " + mistake);
      String token = "gateway-" + steps.size();
      String[] topicAndPayload = mistake.split(" ", 2);
      steps.add(
          () -> {
            assertThat(connect(client, token).error()).isEmpty();
            client.tryPublish(topicAndPayload[0], topicAndPayload[1], 1);
          });
    }
    Together.all(steps);
    assertThat(server.broker().endings(reasons.size()))
        .containsExactlyInAnyOrderElementsOf(reasons.values());
  }

  @Test
  void aPacketThatIsTooLongAndAFilterThatDoesNotExistAreRefused() {
    in();
    assertThat(gateway.subscribe("v1/gateway/#", 1).failed()).isTrue();
    gateway.tryPublishBytes("v1/devices/me/telemetry", 65_536);
    assertThat(server.broker().endings(1))
        .containsExactly("a packet of 65563 bytes on v1/devices/me/telemetry");
  }

  @Test
  void whoIsNoGatewayIsNotAnsweredOnTheGatewaysTopics() {
    assertThat(connect(gateway, "lonelyToken").error()).isEmpty();
    String one = "{\"A\":[{\"t\":1}]}";
    assertThat(gateway.tryPublish("v1/gateway/telemetry", one, 1, 200).error()).contains("32000");
    gateway.publish("v1/devices/me/telemetry", "{\"a\":1}");
    assertThat(server.connected("lonely")).isEmpty();
    assertThat(server.rows("A")).isEmpty();
  }

  @Test
  void aNewerConnectionOfTheSameDeviceEndsTheOlderWhateverItsClientId() {
    in();
    var second = new MqttPeer(peer, "second of " + gateway.name());
    assertThat(connect(second, TOKEN).error()).isEmpty();
    gateway.lost();
    assertThat(server.broker().endings(1)).containsExactly("a newer client is edge");
  }
}
