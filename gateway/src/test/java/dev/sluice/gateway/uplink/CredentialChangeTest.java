package dev.sluice.gateway.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.PrivateFile;
import dev.sluice.gateway.uplink.connector.BareSite;
import dev.sluice.gateway.uplink.connector.Compression;
import dev.sluice.gateway.uplink.connector.Form;
import dev.sluice.gateway.uplink.connector.MqttOptions;
import dev.sluice.gateway.uplink.connector.Seed;
import dev.sluice.gateway.uplink.credential.TlsOptions;
import dev.sluice.gateway.uplink.mqtt.Certificates;
import dev.sluice.gateway.uplink.mqtt.Monotonic;
import dev.sluice.gateway.uplink.mqtt.ScriptedBroker;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.MqttServerOptions;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Passwords and certificates that change on disk while records flow. */
class CredentialChangeTest {

  private static final MqttConnectReturnCode BAD_PASSWORD =
      MqttConnectReturnCode.CONNECTION_REFUSED_BAD_USER_NAME_OR_PASSWORD;

  @TempDir Path directory;
  private final FakeOutbox outbox = new FakeOutbox();
  private Vertx vertx;
  private UplinkVerticle uplink;
  private volatile String accepted = "old";

  @BeforeEach
  void open() {
    vertx = Vertx.vertx();
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private void start(String url, Path passwordFile, TlsOptions tls) throws Exception {
    start(url, passwordFile, tls, Duration.ofMillis(50));
  }

  private void start(String url, Path passwordFile, TlsOptions tls, Duration backoffMax)
      throws Exception {
    var link =
        new LinkOptions(
            URI.create(url),
            "client",
            passwordFile == null ? null : "user",
            null,
            passwordFile,
            tls,
            8,
            1 << 20,
            128 << 10,
            Duration.ofSeconds(30),
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofMillis(1),
            backoffMax,
            Duration.ofSeconds(20));
    var connector = new MqttOptions("readings", Form.JSON, Compression.NONE, "");
    uplink =
        new UplinkVerticle(
            new UplinkOptions("cloud", "plant-7", connector, link, 5, FlowOptions.DEFAULTS),
            outbox,
            () -> "S1",
            outbox::append,
            null,
            BareSite.bare(),
            new Monotonic(),
            Seed.random());
    vertx
        .deployVerticle(uplink)
        .toCompletionStage()
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
  }

  /** Between two things that the uplink does: its figures are of one moment. */
  private UplinkStats stats() throws Exception {
    return outbox.after(uplink::stats);
  }

  private UplinkStats await(Predicate<UplinkStats> condition) throws Exception {
    UplinkStats stats = stats();
    for (int i = 0; i < 2_000 && !condition.test(stats); i++) {
      TimeUnit.MILLISECONDS.sleep(10); // a snapshot tells no one that it changed
      stats = stats();
    }
    assertThat(stats).matches(condition);
    return stats;
  }

  private void arrives(int count) throws Exception {
    outbox.fill(count);
    for (int i = 0; i < count; i++) {
      assertThat(outbox.acked.poll(20, TimeUnit.SECONDS)).as(uplink.stats().toString()).isNotNull();
    }
  }

  private static void all(ScriptedBroker broker, long last) {
    // Sequence numbers stand in the payload; what came twice was in flight at a cut.
    var seen = new TreeSet<Long>();
    broker.received.forEach(one -> seen.add(one.payload().toJsonObject().getLong("seq")));
    assertThat(seen).containsExactlyElementsOf(LongStream.rangeClosed(1, last).boxed().toList());
  }

  private static void cut(ScriptedBroker broker) throws Exception {
    broker.connects.poll(10, TimeUnit.SECONDS).close();
  }

  @Test
  void aRefusedNewPasswordGoesBackToTheFormerOneUntilItIsAccepted() throws Exception {
    Path file = PrivateFile.write(directory.resolve("password"), "old\n");
    try (var broker = ScriptedBroker.listen(vertx)) {
      broker.onConnect = this::login;
      start("tcp://127.0.0.1:" + broker.port(), file, null);
      await(stats -> stats.state() == UplinkStats.State.CONNECTED);
      arrives(5);

      Files.writeString(file, "new\n");
      cut(broker);
      UplinkStats former = await(stats -> stats.connects() == 2);
      assertThat(former.credentials().rejected()).isTrue();
      assertThat(former.credentials().rollbacks()).isEqualTo(1);
      assertThat(former.failures()).containsEntry("refused_credentials", 1L);
      arrives(5);

      accepted = "new";
      awaitConnect(broker);
      cut(broker);
      await(stats -> stats.connects() == 3);
      assertThat(stats().credentials().rejected()).isFalse();
      arrives(5);
      all(broker, 15);
    }
  }

  @Test
  void neitherOfTwoIsTriedWithoutAPause() throws Exception {
    Path file = PrivateFile.write(directory.resolve("password"), "old");
    try (var broker = ScriptedBroker.listen(vertx)) {
      broker.onConnect = this::login;
      start("tcp://127.0.0.1:" + broker.port(), file, null);
      await(stats -> stats.connects() == 1);
      Files.writeString(file, "new");
      accepted = "none";
      cut(broker);
      // Taking turns: as many of the one as of the other, give or take what is under way.
      UplinkStats now = await(stats -> stats.credentials().rollbacks() >= 3);
      long refusals = now.failures().get("refused_credentials");
      assertThat(refusals - 2 * now.credentials().rollbacks()).isBetween(-2L, 1L);
      accepted = "old";
      await(stats -> stats.connects() == 2);
    }
  }

  /** Else a broker that takes neither is asked twice in each of the long pauses. */
  @Test
  void whoIsRefusedWithEitherWaitsBeforeEachOfThem() throws Exception {
    Path file = PrivateFile.write(directory.resolve("password"), "old");
    try (var broker = ScriptedBroker.listen(vertx)) {
      broker.onConnect = this::login;
      start("tcp://127.0.0.1:" + broker.port(), file, null, Duration.ofMinutes(1));
      await(stats -> stats.connects() == 1);
      Files.writeString(file, "new");
      accepted = "none";
      cut(broker);
      await(stats -> stats.failures().getOrDefault("refused_credentials", 0L) >= 3);
      TimeUnit.MILLISECONDS.sleep(500);
      assertThat(uplink.stats().failures()).containsEntry("refused_credentials", 3L);
    }
  }

  private void awaitConnect(ScriptedBroker broker) throws Exception {
    // The refused one is in the queue, too; the connection to cut is the last.
    while (broker.connects.size() > 1) {
      broker.connects.poll();
    }
  }

  private void login(int connection, MqttEndpoint endpoint) {
    if (endpoint.auth() != null && accepted.equals(endpoint.auth().getPassword())) {
      endpoint.accept(false);
    } else {
      endpoint.reject(BAD_PASSWORD);
    }
  }

  @Test
  void aRenewedPairIsShownByTheNextConnectionAndARefusedOneIsNot() throws Exception {
    var ours =
        new Certificates(directory.resolve("ours"))
            .issue("server", "localhost")
            .issue("one", "one")
            .issue("two", "two");
    var theirs = new Certificates(directory.resolve("theirs")).issue("bad", "bad");
    Path certificate = Files.copy(ours.certificate("one"), directory.resolve("c.pem"));
    Path key = PrivateFile.write(directory.resolve("k.pem"), Files.readString(ours.key("one")));
    var options = new MqttServerOptions();
    options.setSsl(true).setClientAuth(ClientAuth.REQUIRED);
    options.setTrustOptions(new PemTrustOptions().addCertPath(ours.ca().toString()));
    options.setKeyCertOptions(
        new PemKeyCertOptions()
            .addCertPath(ours.certificate("server").toString())
            .addKeyPath(ours.key("server").toString()));
    try (var broker = ScriptedBroker.listen(vertx, options, 0)) {
      start("ssl://localhost:" + broker.port(), null, TlsOptions.pem(ours.ca(), certificate, key));
      arrives(3);
      assertThat(subject(broker.connects.peek())).isEqualTo("CN=one");
      assertThat(stats().credentials().certificates())
          .extracting(one -> one.whose() + " " + one.subject())
          .containsExactly("client CN=one", "ca CN=ca", "broker CN=localhost");

      put(ours, "two", certificate, key);
      cut(broker);
      await(stats -> stats.connects() == 2);
      arrives(3);
      assertThat(subject(broker.connects.peek())).isEqualTo("CN=two");

      put(theirs, "bad", certificate, key);
      cut(broker);
      await(stats -> stats.connects() == 3);
      arrives(3);
      assertThat(subject(broker.connects.peek())).isEqualTo("CN=two");
      assertThat(stats().credentials().rejected()).isTrue();

      put(ours, "one", certificate, key);
      cut(broker);
      await(stats -> stats.connects() == 4);
      arrives(3);
      assertThat(subject(broker.connects.peek())).isEqualTo("CN=one");
      all(broker, 12);
    }
  }

  private static void put(Certificates from, String name, Path certificate, Path key)
      throws Exception {
    Files.writeString(key, Files.readString(from.key(name)));
    Files.writeString(certificate, Files.readString(from.certificate(name)));
  }

  private static String subject(MqttEndpoint endpoint) throws SSLPeerUnverifiedException {
    X509Certificate shown = (X509Certificate) endpoint.sslSession().getPeerCertificates()[0];
    return shown.getSubjectX500Principal().getName();
  }
}
