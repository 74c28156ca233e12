package dev.sluice.gateway.uplink.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.uplink.credential.Loaded;
import dev.sluice.gateway.uplink.credential.TlsMaterial;
import dev.sluice.gateway.uplink.credential.TlsOptions;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
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
            .notYetValid("early", "localhost")
            .selfSigned("self", "localhost", "20200101000000Z", "20900101000000Z")
            .selfSigned("self-old", "localhost", "20200101000000Z", "20210101000000Z")
            .selfSigned("self-early", "localhost", "20800101000000Z", "20900101000000Z");
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

  private static TlsMaterial trusting(Path ca) {
    return TlsMaterial.pem(ca, null, null);
  }

  private static TlsMaterial showing(Certificates whose) {
    return TlsMaterial.pem(ours.ca(), whose.certificate("client"), whose.key("client"));
  }

  private static LinkException connect(MqttServerOptions server, TlsMaterial tls) throws Exception {
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

  /** The Java runtime takes a certificate that stands in the trust store itself without a look. */
  @Test
  void aTrustedCertificateThatSignedItselfMustBeValidTodayToo() throws Exception {
    assertThat(connect(server("self"), material(ours.certificate("self")))).isNull();
    assertThat(connect(server("self-old"), material(ours.certificate("self-old"))).failure())
        .isEqualTo(LinkFailure.TLS_EXPIRED);
    assertThat(connect(server("self-early"), material(ours.certificate("self-early"))).failure())
        .isEqualTo(LinkFailure.TLS_NOT_YET_VALID);
  }

  private static TlsMaterial material(Path ca) throws Exception {
    return Loaded.from(vertx, TlsOptions.pem(ca, null, null));
  }

  @Test
  void whatIsReadIntoMemoryServesAsTheFilesDo() throws Exception {
    TlsOptions files = TlsOptions.pem(ours.ca(), ours.certificate("client"), ours.key("client"));
    assertThat(connect(asksForCertificates(), Loaded.from(vertx, files))).isNull();
    assertThat(connect(server("other"), Loaded.from(vertx, files)).failure())
        .isEqualTo(LinkFailure.TLS_HOST_NAME);
    assertThat(connect(server("server"), material(theirs.ca())).failure())
        .isEqualTo(LinkFailure.TLS_UNTRUSTED);
    assertThat(connect(server("expired"), material(ours.ca())).failure())
        .isEqualTo(LinkFailure.TLS_EXPIRED);
  }

  @Test
  void aBrokerWithOldTlsIsRefused() throws Exception {
    try (var server = new OldTlsServer(ours, "server")) {
      var settings = SessionUnderTest.settings("localhost", server.port(), material(ours.ca()));
      LinkException why = new SessionUnderTest(vertx, settings).connect();
      assertThat(why.failure()).as(why.getMessage()).isEqualTo(LinkFailure.TLS_VERSION);
    }
  }

  /** A captive portal: the password stays here when there is TLS, and what answered is told. */
  @Test
  void aWebServerOnTheBrokersPortIsCalledOne() throws Exception {
    var heard = new java.util.concurrent.ConcurrentLinkedQueue<String>();
    int port =
        vertx
            .createNetServer()
            .connectHandler(
                socket ->
                    socket.handler(
                        bytes -> {
                          heard.add(bytes.toString("ISO-8859-1"));
                          socket.end(
                              Buffer.buffer(
                                  "HTTP/1.1 302 Found\r\nLocation: http://portal/\r\n"
                                      + "Content-Type: text/html; charset=utf-8\r\n\r\n"));
                        }))
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS)
            .actualPort();
    LinkException overTls =
        new SessionUnderTest(vertx, login("localhost", port, material(ours.ca()))).connect();
    assertThat(overTls.failure()).isEqualTo(LinkFailure.NOT_TLS);
    assertThat(overTls).hasMessageContaining("HTTP");
    assertThat(heard).isNotEmpty().noneMatch(text -> text.contains("planted"));
    LinkException plain = new SessionUnderTest(vertx, login("127.0.0.1", port, null)).connect();
    assertThat(plain.failure()).as(plain.getMessage()).isEqualTo(LinkFailure.NOT_MQTT);
    assertThat(plain).hasMessageContaining("HTTP");
  }

  private static MqttSettings login(String host, int port, TlsMaterial tls) {
    MqttSettings base = SessionUnderTest.settings(host, port, tls);
    return new MqttSettings(
        base.host(),
        base.port(),
        base.tls(),
        base.clientId(),
        "user",
        "planted",
        base.keepAlive(),
        base.connectTimeout(),
        base.ackTimeout(),
        base.windowMessages(),
        base.windowBytes());
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
