package dev.sluice.gateway.uplink.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.testkit.HeldPort;
import dev.sluice.gateway.uplink.credential.TlsMaterial;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.mqtt.MqttServerOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Brokers behind proxies: two of Debian's, and some that say what they are told to. */
class ProxyTest {

  private static final String USER = "gate";
  private static final String PASSWORD = "way";

  @TempDir static Path directory;

  private static Vertx vertx;
  private static Certificates pki;
  private static Process http;
  private static Process socks;
  private static HeldPort httpPort;
  private static HeldPort socksPort;

  @BeforeAll
  static void open() throws Exception {
    vertx = Vertx.vertx();
    pki =
        new Certificates(directory.resolve("pki"))
            .issue("server", "localhost")
            .issue("other", "other.example")
            .issue("far", "broker.invalid");
    httpPort = HeldPort.take();
    Path file =
        Files.writeString(
            directory.resolve("tinyproxy.conf"),
            "Port %d\nListen 127.0.0.1\nTimeout 600\nBasicAuth %s %s\nLogLevel Critical\n"
                .formatted(httpPort.port(), USER, PASSWORD));
    http = start("tinyproxy", "-d", "-c", file.toString());
    socksPort = HeldPort.take();
    socks =
        start(
            "microsocks",
            "-i",
            "127.0.0.1",
            "-p",
            Integer.toString(socksPort.port()),
            "-u",
            USER,
            "-P",
            PASSWORD);
    awaitListening(httpPort.port());
    awaitListening(socksPort.port());
  }

  @AfterAll
  static void close() throws Exception {
    http.destroyForcibly();
    socks.destroyForcibly();
    httpPort.close();
    socksPort.close();
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private static Process start(String... command) {
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(directory.resolve(command[0] + ".log").toFile())
          .start();
    } catch (IOException e) {
      throw new AssertionError(command[0] + " is not installed; scripts/test installs it", e);
    }
  }

  private static void awaitListening(int port) throws Exception {
    for (int i = 0; i < 500; i++) {
      try (var socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
        return;
      } catch (IOException e) {
        TimeUnit.MILLISECONDS.sleep(20); // it tells nobody that it listens
      }
    }
    throw new AssertionError("nothing listens at " + port);
  }

  private static List<ProxyServer> real(String password) {
    return List.of(
        new ProxyServer(ProxyServer.Kind.HTTP, "localhost", httpPort.port(), USER, password),
        new ProxyServer(ProxyServer.Kind.SOCKS5, "localhost", socksPort.port(), USER, password));
  }

  private static ProxyServer scripted(ProxyServer.Kind kind, int port) {
    return new ProxyServer(kind, "127.0.0.1", port, null, null);
  }

  private static SessionUnderTest session(
      String host, int port, TlsMaterial tls, String path, ProxyServer proxy) throws Exception {
    return new SessionUnderTest(vertx, SessionUnderTest.settings(host, port, tls).by(path, proxy));
  }

  private static void works(SessionUnderTest session) throws Exception {
    assertThat(session.connect()).isNull();
    session.publish("m", 1);
    assertThat(session.acked.poll(10, TimeUnit.SECONDS)).isEqualTo(1);
    session.close();
  }

  private static MqttServerOptions server(String certificate, boolean webSocket) {
    var options = new MqttServerOptions();
    options.setUseWebSocket(webSocket);
    if (certificate != null) {
      options.setSsl(true);
      options.setKeyCertOptions(
          new PemKeyCertOptions()
              .addCertPath(pki.certificate(certificate).toString())
              .addKeyPath(pki.key(certificate).toString()));
    }
    return options;
  }

  private static TlsMaterial trusting() {
    return TlsMaterial.pem(pki.ca(), null, null);
  }

  @Test
  void brokersAreReachedThroughRealProxies() throws Exception {
    try (var plain = ScriptedBroker.listen(vertx);
        var tls = ScriptedBroker.listen(vertx, server("server", false), 0);
        var web = ScriptedBroker.listen(vertx, server(null, true), 0);
        var webTls = ScriptedBroker.listen(vertx, server("server", true), 0)) {
      for (ProxyServer proxy : real(PASSWORD)) {
        works(session("localhost", plain.port(), null, null, proxy));
        works(session("localhost", tls.port(), trusting(), null, proxy));
        works(session("localhost", web.port(), null, "/mqtt", proxy));
        works(session("localhost", webTls.port(), trusting(), "/mqtt", proxy));
      }
    }
  }

  @Test
  void theCertificateIsTheBrokersAlsoBehindAProxy() throws Exception {
    try (var tls = ScriptedBroker.listen(vertx, server("other", false), 0);
        var web = ScriptedBroker.listen(vertx, server("other", true), 0)) {
      for (ProxyServer proxy : real(PASSWORD)) {
        assertThat(session("localhost", tls.port(), trusting(), null, proxy).connect().failure())
            .isEqualTo(LinkFailure.TLS_HOST_NAME);
        assertThat(session("localhost", web.port(), trusting(), "/mqtt", proxy).connect().failure())
            .isEqualTo(LinkFailure.TLS_HOST_NAME);
      }
    }
  }

  @Test
  void aProxyThatWantsAnotherPasswordSaysSo() throws Exception {
    for (ProxyServer proxy : real("guessed")) {
      for (String path : new String[] {null, "/mqtt"}) {
        LinkException why = session("localhost", 1, null, path, proxy).connect();
        System.out.println(why.getMessage());
        assertThat(why.failure()).isEqualTo(LinkFailure.PROXY_REFUSED);
        assertThat(why.getMessage()).doesNotContain("guessed");
      }
    }
  }

  /** The broker is not there: that is the proxy's word, and not taken for the broker's. */
  @Test
  void aBrokerThatTheProxyDoesNotReachIsToldWithTheProxysWords() throws Exception {
    try (var nobody = HeldPort.take()) {
      for (ProxyServer proxy : real(PASSWORD)) {
        LinkException why = session("localhost", nobody.port(), null, null, proxy).connect();
        System.out.println(why.getMessage());
        assertThat(why.failure()).isEqualTo(LinkFailure.PROXY_REFUSED);
      }
    }
  }

  @Test
  void aProxyThatIsNotThereIsToldFromABrokerThatIsNot() throws Exception {
    try (var nobody = HeldPort.take()) {
      int port = nobody.port();
      for (var kind : ProxyServer.Kind.values()) {
        for (String path : new String[] {null, "/mqtt"}) {
          LinkException why =
              session("localhost", 1883, null, path, scripted(kind, port)).connect();
          assertThat(why.failure()).isEqualTo(LinkFailure.PROXY_UNREACHABLE);
          assertThat(why.getMessage()).contains("nothing listens there", "127.0.0.1:" + port);
          var nowhere = new ProxyServer(kind, "nowhere.invalid", 3128, null, null);
          why = session("localhost", 1883, null, path, nowhere).connect();
          assertThat(why.failure()).isEqualTo(LinkFailure.PROXY_UNREACHABLE);
          assertThat(why.getMessage()).contains("name cannot be resolved", "nowhere.invalid");
        }
      }
    }
  }

  private static int listen(io.vertx.core.Handler<NetSocket> handler) throws Exception {
    return vertx
        .createNetServer()
        .connectHandler(handler)
        .listen(0, "127.0.0.1")
        .toCompletionStage()
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS)
        .actualPort();
  }

  @Test
  void whatAProxyAnswersIsToldInItsWords() throws Exception {
    for (String status : List.of("407 Proxy Authentication Required", "403 Nix", "502 Bad")) {
      int port =
          listen(
              socket ->
                  socket.handler(
                      asked ->
                          socket.write("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n")));
      for (String path : new String[] {null, "/mqtt"}) {
        LinkException why =
            session("localhost", 1, null, path, scripted(ProxyServer.Kind.HTTP, port)).connect();
        assertThat(why.failure()).isEqualTo(LinkFailure.PROXY_REFUSED);
        assertThat(why.getMessage()).contains(status);
      }
    }
    int port = listen(socket -> socket.handler(asked -> socket.close()));
    for (var kind : ProxyServer.Kind.values()) {
      assertThat(session("localhost", 1, null, null, scripted(kind, port)).connect().failure())
          .isEqualTo(LinkFailure.PROXY_REFUSED);
    }
  }

  /** No name server knows it; the proxy is told the name and the certificate is compared to it. */
  @Test
  void theNameOfTheBrokerIsForTheProxyToResolve() throws Exception {
    BlockingQueue<String> asked = new LinkedBlockingQueue<>();
    try (var broker = ScriptedBroker.listen(vertx, server("far", false), 0)) {
      int port = listen(socket -> socket.handler(head -> connect(socket, head, broker, asked)));
      ProxyServer proxy = scripted(ProxyServer.Kind.HTTP, port);
      works(session("broker.invalid", 8883, trusting(), null, proxy));
      assertThat(asked.poll(10, TimeUnit.SECONDS)).startsWith("CONNECT broker.invalid:8883 ");
    }
  }

  private static NetClient onward;

  private static void connect(
      NetSocket socket, Buffer head, ScriptedBroker broker, BlockingQueue<String> asked) {
    asked.add(head.toString());
    socket.pause();
    // Held: a client that nobody holds is closed with its connections when garbage is collected.
    onward = vertx.createNetClient();
    onward
        .connect(broker.port(), "127.0.0.1")
        .onSuccess(
            far -> {
              socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
              far.pipeTo(socket);
              socket.pipeTo(far);
            });
  }
}
