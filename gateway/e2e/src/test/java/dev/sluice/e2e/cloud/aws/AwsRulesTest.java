package dev.sluice.e2e.cloud.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.TestPki;
import dev.sluice.e2e.cloud.Client;
import dev.sluice.e2e.cloud.Door;
import dev.sluice.e2e.cloud.WireClient;
import io.vertx.core.json.JsonObject;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What breaks a rule of AWS IoT Core is refused, or costs the connection, for the reason it is. */
class AwsRulesTest {

  private static final String ENDPOINT = "x-ats.iot.eu-west-1.amazonaws.com";
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final int PUBACK = 0x40;
  private static final String BY_CERTIFICATE = "x-amzn-mqtt-ca";
  private static final String BY_TOKEN = "mqtt";

  @TempDir static Path directory;
  private static TestPki pki;
  private static AwsIotCore aws;
  private static KeyPair authorizer;

  @BeforeAll
  static void start() throws GeneralSecurityException {
    pki = TestPki.authority(directory);
    aws = AwsIotCore.start(ENDPOINT, pki);
    pki.client("wide", "wide");
    pki.client("narrow", "narrow");
    pki.client("stranger", "stranger");
    aws.register("wide", "", Policy.all());
    aws.register(
        "narrow",
        "pump-1",
        new Policy(
            List.of("pump-*"),
            List.of("${iot:ClientId}/up", "$aws/things/${iot:Connection.Thing.ThingName}/*"),
            List.of("${iot:ClientId}/down/#", "$aws/things/pump-1/*"),
            List.of("pump-1/down/open", "$aws/things/pump-1/shadow/get/rejected")));
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    authorizer = generator.generateKeyPair();
    aws.add(
        new Authorizer(
            "tokens",
            "t",
            authorizer.getPublic(),
            new Policy(List.of("token-*"), List.of("*"), List.of(), List.of())));
  }

  @AfterAll
  static void stop() {
    aws.close();
  }

  private static WireClient open(String identity) {
    return WireClient.open(ENDPOINT, aws.address(), Door.MQTT_PORT, pki, identity);
  }

  private static WireClient connected(String identity, String clientId) {
    WireClient client = open(identity);
    assertThat(client.connect(clientId, null, null)).isZero();
    return client;
  }

  private static void awaitEnding(int from, String reason) {
    aws.emulation().endings().await(from, LIMIT, ending -> ending.reason().contains(reason));
  }

  private static int endings() {
    return aws.emulation().endings().size();
  }

  @Test
  void aForbiddenClientIdIsRefusedWithCode7() {
    int from = endings();
    try (WireClient client = open("narrow")) {
      assertThat(client.connect("valve-1", null, null)).isEqualTo(7);
      assertThat(client.isClosed()).isTrue();
    }
    awaitEnding(from, "the policy forbids the client id valve-1");
  }

  @Test
  void aCertificateThatIsNotRegisteredIsRefusedInTls() {
    int from = endings();
    try (WireClient client = open("stranger")) {
      assertThat(client.connect("pump-1", null, null)).isEqualTo(WireClient.CLOSED);
    } catch (UncheckedIOException inTheHandshake) {
      System.out.println("refused in the handshake: " + inTheHandshake.getMessage());
    }
    awaitEnding(from, "not registered: CN=stranger");
  }

  @Test
  void noCertificateIsNoWayIn() {
    int from = endings();
    try (WireClient client = open("")) {
      assertThat(client.connect("pump-1", "user", "secret")).isEqualTo(WireClient.CLOSED);
    }
    awaitEnding(from, "no client certificate");
  }

  @ParameterizedTest
  @CsvSource({
    "narrow, pump-1, pump-2/up, the policy forbids to publish to pump-2/up",
    "narrow, pump-1, $aws/things/pump-2/shadow/get, the policy forbids to publish to $aws",
    "wide, w, $aws/things/w/shadows/get, published to $aws/things/w/shadows/get",
    "wide, w, $SYS/up, published to $SYS/up",
    "wide, w, 1/2/3/4/5/6/7/8/9, topic with 8 slashes",
  })
  void aForbiddenTopicCostsTheConnection(
      String identity, String clientId, String topic, String reason) {
    int from = endings();
    try (WireClient client = connected(identity, clientId)) {
      client.publish(topic, "{}", 1);
      assertThat(client.isClosed()).isTrue();
    }
    awaitEnding(from, reason);
  }

  @Test
  void aForbiddenFilterCostsTheConnection() {
    int from = endings();
    try (WireClient client = connected("narrow", "pump-1")) {
      client.subscribe(1, "pump-2/down/#");
      assertThat(client.isClosed()).isTrue();
    }
    awaitEnding(from, "the policy forbids to subscribe to pump-2/down/#");
  }

  @Test
  void whatMayNotBeReceivedDoesNotArrive() {
    try (WireClient client = connected("narrow", "pump-1")) {
      client.subscribe(1, "pump-1/down/#");
      client.next();
      aws.publish("pump-1/down/secret", "1".getBytes(StandardCharsets.UTF_8));
      aws.publish("pump-1/down/open", "2".getBytes(StandardCharsets.UTF_8));
      assertThat(client.nextMessage().topic()).isEqualTo("pump-1/down/open");
    }
  }

  @Test
  void nineFiltersAtOnceFail() {
    try (WireClient client = connected("wide", "filters")) {
      client.subscribe(1, "1", "2", "3", "4", "5", "6", "7", "8", "9");
      assertThat(client.next().body()).endsWith((byte) Client.REFUSED, (byte) Client.REFUSED);
    }
  }

  @Test
  void aTopicMayHave256BytesAndThoseOfARuleDoNotCount() {
    int from = endings();
    String longest = "t".repeat(256);
    try (WireClient client = connected("wide", "topics")) {
      client.publish(longest, "", 1);
      assertThat(client.next().type()).isEqualTo(PUBACK);
      client.publish("$aws/rules/store/" + longest, "", 1);
      assertThat(client.next().type()).isEqualTo(PUBACK);
      client.publish("$aws/rules/store/1/2/3/4/5/6/7/8", "", 1);
      assertThat(client.next().type()).isEqualTo(PUBACK);
      client.publish(longest + "t", "", 1);
      assertThat(client.isClosed()).isTrue();
    }
    awaitEnding(from, "topic of 257 bytes");
  }

  @Test
  void aMessageMayHave128KiB() {
    int from = endings();
    try (WireClient client = connected("wide", "sizes")) {
      client.publish("a", new byte[128 << 10], 1);
      assertThat(client.next().type()).isEqualTo(PUBACK);
      client.publish("a", new byte[(128 << 10) + 1], 1);
      assertThat(client.isClosed()).isTrue();
    }
    awaitEnding(from, "payload of 131073 bytes");
  }

  @Test
  void qos2CostsTheConnection() {
    int from = endings();
    try (WireClient client = connected("wide", "qos2")) {
      client.publish("a", "", 2);
      assertThat(client.isClosed()).isTrue();
    }
    awaitEnding(from, "published at QoS 2");
  }

  /** A burst of a second is free; another second's worth is late; more ends the connection. */
  @Test
  void aClientThatDoesNotPaceItselfIsThrottledAndThenCut() {
    int from = endings();
    int throttled = aws.throttled().size();
    try (WireClient client = connected("wide", "fast")) {
      for (int i = 0; i < 2_000; i++) {
        client.publish("a", "", 0);
      }
      assertThat(client.isClosed()).isTrue();
    }
    awaitEnding(from, "published too fast");
    assertThat(aws.throttled().size() - throttled).isGreaterThanOrEqualTo(100);
  }

  @Test
  void bytesArePacedToo() {
    int throttled = aws.throttled().size();
    try (WireClient client = connected("wide", "heavy")) {
      // Until it is too fast: on a slow machine the first few are not.
      for (int i = 0; i < 100 && aws.throttled().size() == throttled; i++) {
        client.publish("a", new byte[128 << 10], 1);
        assertThat(client.next().type()).isEqualTo(PUBACK);
      }
    }
    assertThat(aws.throttled().size()).isGreaterThan(throttled);
  }

  @Test
  void theOtherDoorTakesNobodyWithoutAlpn() {
    int from = endings();
    try (WireClient client =
        WireClient.open(ENDPOINT, aws.address(), aws.alpnPort(), pki, "wide")) {
      assertThat(client.connect("bare", null, null)).isEqualTo(WireClient.CLOSED);
    }
    awaitEnding(from, "no ALPN");
    try (WireClient client = other("wide", BY_CERTIFICATE)) {
      assertThat(client.protocol()).isEqualTo(BY_CERTIFICATE);
      assertThat(client.connect("alpn", null, null)).isZero();
    }
    assertThat(
            aws.emulation()
                .connects()
                .await(LIMIT, connect -> connect.clientId().equals("alpn"))
                .protocol())
        .isEqualTo(BY_CERTIFICATE);
  }

  private static WireClient other(String identity, String protocol) {
    return WireClient.open(ENDPOINT, aws.address(), aws.alpnPort(), pki, identity, protocol);
  }

  @Test
  void aTokenOpensTheOtherDoorWhenItsAuthorizerSignedIt() throws GeneralSecurityException {
    String user = "gw?x-amz-customauthorizer-name=%s&t=%s&x-amz-customauthorizer-signature=%s";
    String signature = signature("secret-1");
    try (WireClient client = other("", BY_TOKEN)) {
      assertThat(client.connect("token-1", user.formatted("tokens", "secret-1", signature), ""))
          .isZero();
      client.publish("a", "", 1);
      assertThat(client.next().type()).isEqualTo(PUBACK);
    }
    int from = endings();
    try (WireClient client = other("", BY_TOKEN)) {
      assertThat(client.connect("token-1", user.formatted("tokens", "secret-2", signature), ""))
          .isEqualTo(5);
    }
    awaitEnding(from, "the token is not signed by the authorizer's key");
    try (WireClient client = other("", BY_TOKEN)) {
      assertThat(client.connect("token-1", user.formatted("none", "secret-1", signature), ""))
          .isEqualTo(5);
    }
    try (WireClient client = other("", BY_TOKEN)) {
      assertThat(client.connect("other-1", user.formatted("tokens", "secret-1", signature), ""))
          .isEqualTo(7);
    }
  }

  /**
   * Its function is asked again with what was shown, and its word on how long holds in any case.
   */
  @ParameterizedTest
  @CsvSource({
    "-60, 60000, 60000, 5, the token has expired",
    "3, 100, 60000, 0, 'the token has expired, at a refresh'",
    "3600, 100, 500, 0, open for longer than the authorizer says",
  })
  void aConnectionStandsForAsLongAsItsAuthorizerSays(
      int seconds, int refreshMillis, int disconnectMillis, int code, String reason)
      throws GeneralSecurityException {
    aws.add(
        new Authorizer(
            "expiring",
            "t",
            authorizer.getPublic(),
            Policy.all(),
            Duration.ofMillis(refreshMillis),
            Duration.ofMillis(disconnectMillis)));
    String user = "gw?x-amz-customauthorizer-name=%s&t=%s&x-amz-customauthorizer-signature=%s";
    int from = endings();
    try (WireClient client = other("", BY_TOKEN)) {
      String token = Authorizer.expiring(Instant.now().plusSeconds(seconds));
      assertThat(client.connect("e-1", user.formatted("expiring", token, signature(token)), ""))
          .isEqualTo(code);
      assertThat(client.isClosed()).isTrue();
    }
    awaitEnding(from, reason);
  }

  private static String signature(String token) throws GeneralSecurityException {
    Signature signer = Signature.getInstance("SHA256withRSA");
    signer.initSign(authorizer.getPrivate());
    signer.update(token.getBytes(StandardCharsets.UTF_8));
    return Base64.getEncoder()
        .encodeToString(signer.sign())
        .replace("+", "%2B")
        .replace("/", "%2F")
        .replace("=", "%3D");
  }

  @Test
  void aShadowThatNobodyMadeIsNotFound() {
    try (WireClient client = connected("narrow", "pump-1")) {
      client.subscribe(1, "$aws/things/pump-1/shadow/get/rejected");
      client.publish("$aws/things/pump-1/shadow/get", "{\"clientToken\":\"x\"}", 1);
      JsonObject rejected = new JsonObject(client.nextMessage().text());
      assertThat(rejected.getInteger("code")).isEqualTo(404);
      assertThat(rejected.getString("clientToken")).isEqualTo("x");
    }
  }

  /** The answer comes whether or not one subscribes to it. */
  @Test
  void answersAboutJobsComeUnasked() {
    aws.queueJob("w", "job-2", new JsonObject());
    try (WireClient client = connected("wide", "unasked")) {
      client.publish("$aws/things/w/jobs/$next/get", "{}", 0);
      WireClient.Packet answer = client.nextMessage();
      assertThat(answer.topic()).isEqualTo("$aws/things/w/jobs/$next/get/accepted");
      assertThat(new JsonObject(answer.text()).getJsonObject("execution").getString("jobId"))
          .isEqualTo("job-2");
    }
    aws.cancelJob("w", "job-2");
    assertThat(aws.job("w", "job-2").orElseThrow().getString("status")).isEqualTo("CANCELED");
  }

  @Test
  void aRequestThatIsNoneAndATokenThatIsNotValidAreRejected() {
    aws.add(new Template("t", "gw-", Policy.all(), new JsonObject()));
    try (WireClient client = connected("wide", "claim")) {
      client.subscribe(1, "$aws/certificates/create-from-csr/json/rejected");
      client.publish(
          "$aws/certificates/create-from-csr/json", "{\"certificateSigningRequest\":\"no\"}", 1);
      assertThat(new JsonObject(client.nextMessage().text()).getInteger("statusCode"))
          .isEqualTo(400);
      client.subscribe(1, "$aws/provisioning-templates/t/provision/json/rejected");
      client.publish(
          "$aws/provisioning-templates/t/provision/json",
          "{\"certificateOwnershipToken\":\"x\",\"parameters\":{\"SerialNumber\":\"1\"}}",
          1);
      assertThat(new JsonObject(client.nextMessage().text()).getString("errorCode"))
          .isEqualTo("InvalidCertificateOwnershipToken");
    }
  }
}
