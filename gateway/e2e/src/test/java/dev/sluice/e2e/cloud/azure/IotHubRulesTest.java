package dev.sluice.e2e.cloud.azure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.TestPki;
import dev.sluice.e2e.cloud.Door;
import dev.sluice.e2e.cloud.Ending;
import dev.sluice.e2e.cloud.WireClient;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemTrustOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What breaks a rule of IoT Hub is refused, or costs the connection, for the reason that it is. */
class IotHubRulesTest {

  private static final String HOST = "myhub.azure-devices.net";
  private static final String EVENTS = "devices/d1/messages/events/";
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir static Path directory;
  private static TestPki pki;
  private static AzureIotHub hub;

  @BeforeAll
  static void start() {
    pki = TestPki.authority(directory);
    hub = AzureIotHub.start(HOST, pki);
    hub.devices().withKey("d1", Sas.KEY);
    hub.devices().withKey("d2", Sas.KEY);
    hub.devices().policy("device", Sas.KEY.replace('M', 'N'));
  }

  @AfterAll
  static void stop() {
    hub.close();
  }

  private static WireClient open() {
    return WireClient.open(HOST, hub.address(), Door.MQTT_PORT, pki, "");
  }

  private static String user(String device) {
    return HOST + "/" + device + "/?api-version=2021-04-12";
  }

  private static String scope(String device) {
    return HOST + "%2Fdevices%2F" + device;
  }

  private static long inSeconds(int seconds) {
    return Instant.now().getEpochSecond() + seconds;
  }

  private static WireClient connected(String device) {
    return connected(hub, device);
  }

  private static WireClient connected(AzureIotHub to, String device) {
    WireClient client = WireClient.open(to.host(), to.address(), Door.MQTT_PORT, pki, "");
    String resource = to.host() + "%2Fdevices%2F" + device;
    String token = Sas.token(resource, Sas.KEY, inSeconds(600), "");
    String user = to.host() + "/" + device + "/?api-version=2021-04-12";
    assertThat(client.connect(device, user, token)).isZero();
    return client;
  }

  private static void awaitEnding(int from, String reason) {
    hub.emulation().endings().await(from, LIMIT, ending -> ending.reason().contains(reason));
  }

  @ParameterizedTest
  @CsvSource({
    "d1, d1, -1, 5, the token has expired",
    "d1, d2, 600, 5, the token is for myhub.azure-devices.net/devices/d2",
    "d3, d3, 600, 5, no device d3",
  })
  void aTokenThatDoesNotFitIsRefused(
      String device, String scope, int seconds, int code, String reason) {
    int from = hub.emulation().endings().size();
    try (WireClient client = open()) {
      String token = Sas.token(scope(scope), Sas.KEY, inSeconds(seconds), "");
      assertThat(client.connect(device, user(device), token)).isEqualTo(code);
      assertThat(client.isClosed()).isTrue();
    }
    awaitEnding(from, reason);
  }

  @Test
  void aKeyOfTheHubOpensItForAnyDevice() {
    try (WireClient client = open()) {
      String token = Sas.token(HOST, Sas.KEY.replace('M', 'N'), inSeconds(600), "&skn=device");
      assertThat(client.connect("d2", user("d2"), token)).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "myhub.azure-devices.net/d1",
        "myhub.azure-devices.net/d1/?api-version=1999-01-01",
        "other.azure-devices.net/d1/?api-version=2021-04-12",
        "myhub.azure-devices.net/d2/?api-version=2021-04-12"
      })
  void aUserNameThatIsNoneIsRefused(String user) {
    try (WireClient client = open()) {
      String token = Sas.token(scope("d1"), Sas.KEY, inSeconds(600), "");
      assertThat(client.connect("d1", user, token)).isEqualTo(4);
    }
  }

  @Test
  void aConnectionEndsWhenItsTokenExpires() {
    int from = hub.emulation().endings().size();
    try (WireClient client = open()) {
      String token = Sas.token(scope("d1"), Sas.KEY, inSeconds(6), "");
      assertThat(client.connect("d1", user("d1"), token)).isZero();
      assertThat(client.isClosed()).isTrue();
    }
    awaitEnding(from, "the token has expired");
  }

  @ParameterizedTest
  @CsvSource({
    "devices/d1/messages/events/a=b+c, 1, malformed or oversize packet",
    "devices/d1/messages/events/a=b c, 1, bad value in the property bag",
    "devices/d1/messages/events/a=%2, 1, bad value in the property bag",
    "devices/d1/messages/events/?a=b, 1, bad key in the property bag",
    "devices/d1/messages/events/, 2, published at QoS 2",
    "devices/d2/messages/events/, 1, published to devices/d2",
    "sluice/d1, 1, published to sluice/d1",
    "$iothub/methods/res/200/?$rid=ff, 1, a method that was not called",
  })
  void aMessageThatBreaksARuleCostsTheConnection(String topic, int qos, String reason) {
    int from = hub.emulation().endings().size();
    int messages = hub.emulation().received().size();
    try (WireClient client = connected("d1")) {
      client.publish(topic, "{}", qos);
      assertThat(client.isClosed()).isTrue();
    }
    awaitEnding(from, reason);
    assertThat(hub.emulation().received().size()).isEqualTo(messages);
  }

  /** The properties count, so that the largest body depends on them. */
  @Test
  void aMessageMayHave256KiBWithItsProperties() {
    int from = hub.emulation().endings().size();
    String topic = EVENTS + "%24.ct=json&name=value"; // 4 + 4 + 5 bytes of it count
    try (WireClient client = connected("d1")) {
      client.publish(topic, new byte[256 * 1024 - 13], 1);
      assertThat(client.next().type()).isEqualTo(0x40);
      client.publish(topic, new byte[256 * 1024 - 12], 1);
      assertThat(client.isClosed()).isTrue();
    }
    awaitEnding(from, "message of 262145 bytes with its properties");
  }

  /** Its limits are of all devices together, and MQTT has no word for them but a close. */
  @Test
  void moreThanTheThrottleOrTheQuotaLetsCostsTheConnection() {
    try (var busy = AzureIotHub.start("busy.azure-devices.net", pki)) {
      busy.devices().withKey("d1", Sas.KEY);
      busy.throttle(1, 2, 4);
      try (WireClient client = connected(busy, "d1")) {
        for (int i = 0; i < 2; i++) {
          client.publish(EVENTS, "{}", 1);
          assertThat(client.next().type()).isEqualTo(0x40);
        }
        for (int i = 0; i < 20; i++) {
          client.publish(EVENTS, "{}", 1);
        }
        busy.emulation().endings().await(LIMIT, ending -> ending.reason().startsWith("429002"));
      }
      assertThat(busy.telemetry().size()).isBetween(6, 20);
      busy.throttle(1_000, 1_000, 1_000); // what is owed to the former one is no matter any more
      busy.leftOfTheDay(1);
      try (WireClient client = connected(busy, "d1")) {
        client.publish(EVENTS, "{}", 1);
        client.publish(EVENTS, "{}", 1);
        busy.emulation().endings().await(LIMIT, ending -> ending.reason().startsWith("403002"));
      }
      try (WireClient client = connected(busy, "d1")) {
        client.subscribe(0, "$iothub/twin/res/#");
        client.publish("$iothub/twin/GET/?$rid=a", "", 0);
        assertThat(client.nextMessage().topic()).isEqualTo("$iothub/twin/res/403/?$rid=a");
      }
    }
  }

  /** MQTT 3.1.1, 6: a path, a protocol, binary frames. */
  @Test
  void aWebSocketIsForMqttAtItsPath() throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      WebSocketClient client =
          vertx.createWebSocketClient(
              new WebSocketClientOptions()
                  .setVerifyHost(false)
                  .setTrustOptions(
                      new PemTrustOptions().addCertPath(pki.certificate("ca").toString())));
      String path = IotHub.WEB_SOCKET + "?iothub-no-client-cert=true";
      assertThat(web(client, "/mqtt", "mqtt").failed()).isTrue();
      assertThat(web(client, path, "amqp").failed()).isTrue();
      Future<WebSocket> good = web(client, path, "mqtt");
      assertThat(good.cause()).isNull();
      assertThat(good.result().subProtocol()).isEqualTo("mqtt");
      var closed = new CompletableFuture<Void>();
      good.result().closeHandler(closed::complete);
      good.result().writeTextMessage("{}");
      closed.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      assertThat(hub.emulation().endings().all())
          .extracting(Ending::reason)
          .contains(
              "a WebSocket at /mqtt",
              "a WebSocket for 'amqp'",
              "a WebSocket frame that is not binary");
      client.close(); // until here it may not be garbage, which would close the WebSocket
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  private static Future<WebSocket> web(WebSocketClient client, String path, String protocol) {
    var to = new WebSocketConnectOptions();
    to.setHost(hub.address()).setPort(Door.WEB_PORT).setSsl(true).setURI(path);
    to.setSubProtocols(List.of(protocol));
    Future<WebSocket> opened = client.connect(to);
    opened
        .transform(done -> Future.succeededFuture())
        .toCompletionStage()
        .toCompletableFuture()
        .join();
    return opened;
  }

  @Test
  void theSixthSubscriptionIsRefused() {
    try (WireClient client = connected("d1")) {
      client.subscribe(
          2,
          "devices/d1/messages/devicebound/#",
          "$iothub/methods/POST/#",
          "$iothub/twin/res/#",
          "$iothub/twin/PATCH/properties/desired/#",
          "$iothub/twin/res/200/#",
          "$iothub/twin/res/204/#");
      assertThat(client.next().body()).endsWith(1, 1, 1, 1, 1, (byte) 0x80);
    }
  }

  @Test
  void aFilterOfAnotherDeviceCostsTheConnection() {
    int from = hub.emulation().endings().size();
    try (WireClient client = connected("d1")) {
      client.subscribe(1, "devices/d2/messages/devicebound/#");
      assertThat(client.isClosed()).isTrue();
    }
    awaitEnding(from, "subscribed to devices/d2");
  }

  @Test
  void aSecondClientOfADeviceEndsTheFirst() {
    int from = hub.emulation().endings().size();
    try (WireClient first = connected("d1");
        WireClient second = connected("d1")) {
      assertThat(first.isClosed()).isTrue();
      second.publish(EVENTS, "{}", 1);
      assertThat(second.next().type()).isEqualTo(0x40);
    }
    awaitEnding(from, "a second client with its id");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{\"a\":1}; 204",
        "{\"a\":; 400",
        "{\"a.b\":1}; 400",
        "{\"n\":4503599627370497}; 400",
        "{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":{\"f\":{\"g\":{\"h\":{\"i\":{\"j\":{}}}}}}}}}}}; 400",
      })
  void aTwinTakesOnlyWhatItsLimitsAllow(String patch, int status) {
    try (WireClient client = connected("d2")) {
      client.subscribe(0, "$iothub/twin/res/#");
      client.publish("$iothub/twin/PATCH/properties/reported/?$rid=7", patch, 0);
      assertThat(client.nextMessage().topic())
          .startsWith("$iothub/twin/res/" + status + "/?$rid=7");
    }
  }

  @Test
  void aTwinRequestCanBeMadeToFail() {
    hub.failNextTwinRequest(429);
    try (WireClient client = connected("d2")) {
      client.subscribe(0, "$iothub/twin/res/#");
      client.publish("$iothub/twin/GET/?$rid=a", "", 0);
      assertThat(client.nextMessage().topic()).isEqualTo("$iothub/twin/res/429/?$rid=a");
      client.publish("$iothub/twin/GET/?$rid=b", "", 0);
      assertThat(new JsonObject(client.nextMessage().text()).fieldNames())
          .containsExactlyInAnyOrder("desired", "reported");
    }
  }

  @Test
  void anAnswerComesAfterTheAcknowledgementOfItsRequest() {
    try (WireClient client = connected("d2")) {
      client.subscribe(0, "$iothub/twin/res/#");
      client.next();
      client.publish("$iothub/twin/GET/?$rid=a", "", 1);
      assertThat(client.next().type()).isEqualTo(0x40);
      assertThat(client.next().topic()).isEqualTo("$iothub/twin/res/200/?$rid=a");
    }
  }

  @Test
  void aMessageToADeviceIsDoneOnlyWithItsAcknowledgement() {
    var done = hub.send("d2", Map.of("a", "b"), "go");
    try (WireClient client = connected("d2")) {
      client.subscribe(1, "devices/d2/messages/devicebound/#");
      client.next();
      WireClient.Packet message = client.next();
      assertThat(message.topic()).contains("%24.to=%2Fdevices%2Fd2").endsWith("&a=b");
      assertThat(message.text()).isEqualTo("go");
      assertThat(done).isNotDone();
      client.puback(message.packetId());
      assertThat(done).succeedsWithin(LIMIT);
    }
  }
}
