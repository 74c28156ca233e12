package dev.sluice.gateway.uplink.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.mqtt.MqttServerOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is trusted, and what is said when somebody is not. */
class TlsSessionTest {

  @TempDir static Path directory;

  private static Certificates ours;
  private static Certificates theirs;
  private static Vertx vertx;

  @BeforeAll
  static void open() throws Exception {
    vertx = Vertx.vertx();
    ours =
        new Certificates(directory.resolve("ours"))
            .issue("server", "localhost")
            .issue("client", "client")
            .issue("other", "other.example")
            .expired("expired", "localhost")
            .notYetValid("early", "localhost");
    theirs = new Certificates(directory.resolve("theirs")).issue("client", "client");
  }

  @AfterAll
  static void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private static MqttServerOptions server(String certificate) {
    var options = new MqttServerOptions();
    options.setSsl(true);
    options.setKeyCertOptions(
        new PemKeyCertOptions()
            .addCertPath(ours.certificate(certificate).toString())
            .addKeyPath(ours.key(certificate).toString()));
    return options;
  }

  private static MqttServerOptions asksForCertificates() {
    MqttServerOptions options = server("server");
    options.setClientAuth(ClientAuth.REQUIRED);
    options.setTrustOptions(new PemTrustOptions().addCertPath(ours.ca().toString()));
    return options;
  }

  private static MqttSettings.TlsFiles trusting(Path ca) {
    return new MqttSettings.TlsFiles(ca, null, null);
  }

  private static MqttSettings.TlsFiles showing(Certificates whose) {
    return new MqttSettings.TlsFiles(ours.ca(), whose.certificate("client"), whose.key("client"));
  }

  private static LinkException connect(MqttServerOptions server, MqttSettings.TlsFiles tls)
      throws Exception {
    try (var broker = ScriptedBroker.listen(vertx, server, 0)) {
      var settings = SessionUnderTest.settings("localhost", broker.port(), tls);
      var session = new SessionUnderTest(vertx, settings);
      LinkException why = session.connect();
      if (why == null) {
        session.publish("m", 1);
        assertThat(session.acked.poll(10, TimeUnit.SECONDS)).isEqualTo(1);
        session.close();
      } else {
        assertThat(broker.connections).hasValue(0);
      }
      return why;
    }
  }

  @Test
  void aBrokerOfATrustedAuthorityIsTrusted() throws Exception {
    assertThat(connect(server("server"), trusting(ours.ca()))).isNull();
  }

  @Test
  void aClientCertificateIsShownWhenAskedFor() throws Exception {
    assertThat(connect(asksForCertificates(), showing(ours))).isNull();
  }

  @Test
  void theNameOfTheHostIsAskedFor() throws Exception {
    MqttServerOptions twoHosts = server("other");
    twoHosts.setSni(true);
    twoHosts.setKeyCertOptions(
        new PemKeyCertOptions()
            .addCertPath(ours.certificate("other").toString())
            .addKeyPath(ours.key("other").toString())
            .addCertPath(ours.certificate("server").toString())
            .addKeyPath(ours.key("server").toString()));
    assertThat(connect(twoHosts, trusting(ours.ca()))).isNull();
  }

  @Test
  void anAuthorityThatNobodyTrustsIsNamed() throws Exception {
    assertThat(connect(server("server"), trusting(theirs.ca())).failure())
        .isEqualTo(LinkFailure.TLS_UNTRUSTED);
    assertThat(connect(server("server"), trusting(null)).failure())
        .isEqualTo(LinkFailure.TLS_UNTRUSTED);
  }

  @Test
  void aCertificateForAnotherHostIsRefused() throws Exception {
    LinkException why = connect(server("other"), trusting(ours.ca()));
    assertThat(why.failure()).isEqualTo(LinkFailure.TLS_HOST_NAME);
    assertThat(why).hasMessageContaining("localhost");
  }

  @Test
  void anAddressIsNoNameInACertificate() throws Exception {
    try (var broker = ScriptedBroker.listen(vertx, server("server"), 0)) {
      var settings = SessionUnderTest.settings("127.0.0.1", broker.port(), trusting(ours.ca()));
      assertThat(new SessionUnderTest(vertx, settings).connect().failure())
          .isEqualTo(LinkFailure.TLS_HOST_NAME);
    }
  }

  @Test
  void datesAreToldApart() throws Exception {
    assertThat(connect(server("expired"), trusting(ours.ca())).failure())
        .isEqualTo(LinkFailure.TLS_EXPIRED);
    assertThat(connect(server("early"), trusting(ours.ca())).failure())
        .isEqualTo(LinkFailure.TLS_NOT_YET_VALID);
  }

  /** With TLS 1.3 the broker refuses after the handshake looked fine from here. */
  @Test
  void aMissingOrForeignClientCertificateIsHintedAt() throws Exception {
    LinkException none = connect(asksForCertificates(), trusting(ours.ca()));
    assertThat(none.getMessage()).contains("client certificate");
    LinkException foreign = connect(asksForCertificates(), showing(theirs));
    assertThat(foreign.getMessage()).contains("client certificate");
  }

  @Test
  void aBrokerWithoutTlsIsToldFromOneWithAnother() throws Exception {
    int port =
        vertx
            .createNetServer()
            .connectHandler(socket -> socket.handler(ignored -> socket.write("hello\r\n")))
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS)
            .actualPort();
    var settings = SessionUnderTest.settings("localhost", port, trusting(ours.ca()));
    assertThat(new SessionUnderTest(vertx, settings).connect().failure())
        .isEqualTo(LinkFailure.NOT_TLS);
  }

  @Test
  void filesThatCannotBeUsedAreAReasonAndHealWithoutARestart() throws Exception {
    Path ca = directory.resolve("late.pem");
    assertThat(connect(server("server"), trusting(ca)).failure()).isEqualTo(LinkFailure.TLS_FILES);
    Files.writeString(ca, "half a certifi");
    assertThat(connect(server("server"), trusting(ca)).failure()).isEqualTo(LinkFailure.TLS_FILES);
    Files.copy(ours.ca(), ca, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertThat(connect(server("server"), trusting(ca))).isNull();
  }
}
