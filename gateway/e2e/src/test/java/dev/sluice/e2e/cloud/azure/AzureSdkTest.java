package dev.sluice.e2e.cloud.azure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.TestPki;
import dev.sluice.e2e.cloud.Certificates;
import dev.sluice.e2e.cloud.ConnectFields;
import dev.sluice.e2e.cloud.Door;
import dev.sluice.e2e.cloud.HostsFile;
import dev.sluice.e2e.cloud.VendorJvm;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Microsoft's own clients work with our IoT Hub and our provisioning service. */
class AzureSdkTest {

  private static final String HOST = "myhub.azure-devices.net";
  private static final String SCOPE = "0ne00000001";
  private static final String KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir static Path directory;
  private static TestPki pki;
  private static AzureIotHub hub;
  private static AzureDps dps;
  private static VendorJvm sdk;

  @BeforeAll
  static void start() {
    pki = TestPki.authority(directory);
    hub = AzureIotHub.start(HOST, pki);
    dps = AzureDps.start(SCOPE, pki, hub, Duration.ofSeconds(1));
    var names = Map.of(HOST, hub.address(), AzureDps.HOST, dps.address());
    sdk =
        VendorJvm.start(
            AzureSdkPeer.class, HostsFile.write(directory.resolve("hosts"), names), pki);
  }

  @AfterAll
  static void stop() {
    sdk.close();
    dps.close();
    hub.close();
  }

  private static void openWithKey(String device, String key, int seconds) {
    hub.devices().withKey(device, key);
    sdk.ask("open", connectionString(device, key), Integer.toString(seconds));
  }

  private static String connectionString(String device, String key) {
    return "HostName=" + HOST + ";DeviceId=" + device + ";SharedAccessKey=" + key;
  }

  @Test
  void telemetryArrivesWithItsProperties() {
    openWithKey("telemeter", KEY, 3_600);
    sdk.ask("send", "{\"t\":21.5}", "id 1", "line", "a/b c+d");
    Telemetry telemetry =
        hub.telemetry().await(LIMIT, is -> is.message().clientId().equals("telemeter"));
    sdk.ask("close");

    assertThat(telemetry.message().text()).isEqualTo("{\"t\":21.5}");
    assertThat(telemetry.isRoutableByBody()).isTrue();
    assertThat(telemetry.properties())
        .containsEntry("$.mid", "id 1")
        .containsEntry("line", "a/b c+d");
    ConnectFields fields =
        hub.emulation().connects().await(LIMIT, is -> is.clientId().equals("telemeter"));
    assertThat(fields.serverName()).isEqualTo(HOST);
    assertThat(fields.cleanSession()).isFalse();
    System.out.println("user name of the vendor's client: " + fields.username());
  }

  /** It knows no other port than 443, which is led to where the hub listens. */
  @Test
  void overAWebSocketEverythingIsTheSame() throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      NetClient onward = vertx.createNetClient(); // one that is garbage closes its connections
      NetServer front = vertx.createNetServer().connectHandler(near -> lead(onward, near));
      Future<NetServer> listening = front.listen(443, hub.address());
      if (done(listening).failed()) {
        System.out.println("azure, the vendor's client over a WebSocket: " + listening.cause());
        return;
      }
      hub.devices().withKey("web", KEY);
      sdk.ask("openOverWebSocket", connectionString("web", KEY));
      sdk.ask("send", "{\"t\":22.5}", "id 2", "line", "b");
      Telemetry telemetry =
          hub.telemetry().await(LIMIT, is -> is.message().clientId().equals("web"));
      assertThat(telemetry.properties()).containsEntry("$.mid", "id 2");
      sdk.ask("listen");
      assertThat(hub.call("web", "echo", "{\"a\":1}", LIMIT).get().status()).isEqualTo(200);
      sdk.ask("close");
      ConnectFields fields =
          hub.emulation().connects().await(LIMIT, is -> is.clientId().equals("web"));
      assertThat(fields.webSocket()).isEqualTo("/$iothub/websocket?iothub-no-client-cert=true");
      assertThat(fields.serverName()).isEqualTo(HOST);
    } finally {
      done(vertx.close());
    }
  }

  private static void lead(NetClient onward, NetSocket near) {
    near.pause();
    onward
        .connect(Door.WEB_PORT, hub.address())
        .onSuccess(
            far -> {
              near.pipeTo(far);
              far.pipeTo(near);
            })
        .onFailure(error -> near.close());
  }

  private static <T> Future<T> done(Future<T> future) {
    future
        .transform(any -> Future.succeededFuture())
        .toCompletionStage()
        .toCompletableFuture()
        .join();
    return future;
  }

  @Test
  void aTwinIsReadReportedAndDesired() {
    openWithKey("twin", KEY, 3_600);
    sdk.ask("listen");
    assertThat(sdk.ask("twin")).isEqualTo("1 1 null");
    String reported = sdk.ask("report", "firmware", "1.2");
    assertThat(reported).isEqualTo(reportedVersion("twin")).isNotEqualTo("1");
    assertThat(hub.desire("twin", new JsonObject().put("period", "5s"))).isEqualTo(2);
    assertThat(sdk.ask("arrived", "desired")).isEqualTo("desired 2 5s");
    assertThat(sdk.ask("twin")).isEqualTo("2 " + reported + " 5s");
    assertThat(hub.twin("twin").getJsonObject("reported").getString("firmware")).isEqualTo("1.2");
    sdk.ask("close");
  }

  private static String reportedVersion(String device) {
    return hub.twin(device).getJsonObject("reported").getLong("$version").toString();
  }

  @Test
  void directMethodsAreAnswered() throws Exception {
    openWithKey("methods", KEY, 3_600);
    sdk.ask("listen");
    assertThat(hub.call("methods", "echo", "{\"a\":1}", LIMIT).get())
        .isEqualTo(new MethodAnswer(200, "\"{\\\"a\\\":1}\""));
    assertThat(hub.call("methods", "reboot", "{}", LIMIT).get().status()).isEqualTo(404);
    sdk.ask("close");
  }

  @Test
  void messagesToADeviceWaitForItAndAreAcknowledged() {
    hub.devices().withKey("inbox", KEY);
    var first = hub.send("inbox", Map.of("a", "x y"), "one");
    openWithKey("inbox", KEY, 3_600);
    assertThat(sdk.ask("arrived", "message")).isEqualTo("message one x y");
    first.orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
    hub.send("inbox", Map.of("a", "z"), "two");
    assertThat(sdk.ask("arrived", "message")).isEqualTo("message two z");
    sdk.ask("close");
  }

  @Test
  void aCertificateOpensTheHub() {
    pki.client("x509", "x509-device");
    String thumbprint = Certificates.thumbprint(Certificates.read(pki.certificate("x509")));
    hub.devices().withThumbprint("x509-device", thumbprint);
    sdk.ask(
        "openWithCertificate",
        "HostName=" + HOST + ";DeviceId=x509-device;x509=true",
        pki.certificate("x509").toString(),
        pki.key("x509").toString());
    sdk.ask("send", "{}", "1", "a", "b");
    hub.telemetry().await(LIMIT, is -> is.message().clientId().equals("x509-device"));
    sdk.ask("close");
  }

  @Test
  void aWrongKeyIsRefused() {
    hub.devices().withKey("locked", KEY);
    String wrong = KEY.replace('M', 'N');
    String answer = sdk.answer(sdk.tell("open", connectionString("locked", wrong), "3600"), LIMIT);
    assertThat(answer).startsWith("failed").containsIgnoringCase("unauthorized");
    hub.emulation().endings().await(LIMIT, is -> is.reason().equals("the signature is wrong"));
  }

  @Test
  void aDeviceWithItsOwnKeyIsProvisioned() {
    dps.enrollments().withKey("reg-1", KEY);
    assertThat(sdk.ask("register", SCOPE, "reg-1", KEY))
        .isEqualTo("PROVISIONING_DEVICE_STATUS_ASSIGNED " + HOST + " reg-1");
    sdk.ask("open", connectionString("reg-1", KEY), "3600");
    sdk.ask("close");
  }

  /** Key and result as Microsoft publishes them. */
  @Test
  void aDeviceOfAGroupIsProvisionedWithItsDerivedKey() {
    String group =
        "8isrFI1sGsIlvvFSSFRiMfCNzv21fjbE/+ah/lSh3lF8e2YG1Te7w1KpZhJFFXJrqYKi9yegxkqIChbqOS9Egw==";
    String id = "sn-007-888-abc-mac-a1-b2-c3-d4-e5-f6";
    String derived = sdk.ask("derive", group, id);
    assertThat(derived).isEqualTo("Jsm0lyGpjaVYVP2g3FnmnmG9dI/9qU24wNoykUmermc=");
    dps.enrollments().group(group);
    assertThat(dps.enrollments().key(id)).contains(derived);
    assertThat(sdk.ask("register", SCOPE, id, derived)).endsWith(HOST + " " + id);
    assertThat(dps.early()).isZero();
  }

  @Test
  void aDeviceWithACertificateIsProvisioned() {
    pki.client("dps-x509", "reg-x509");
    String thumbprint = Certificates.thumbprint(Certificates.read(pki.certificate("dps-x509")));
    dps.enrollments().withThumbprint("reg-x509", thumbprint);
    assertThat(
            sdk.ask(
                "register",
                SCOPE,
                "reg-x509",
                pki.certificate("dps-x509").toString(),
                pki.key("dps-x509").toString()))
        .endsWith(HOST + " reg-x509");
  }
}
