package dev.sluice.gateway.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.testkit.HeldPort;
import dev.sluice.gateway.uplink.credential.TlsOptions;
import dev.sluice.gateway.uplink.mqtt.Certificates;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mosquitto behind a WebSocket, with and without TLS, restarted and frozen. */
class WebSocketBrokerTest {

  private static final String WEBSOCKETS = "protocol websockets\nallow_anonymous true\n";

  /** Version 2.0.11 does not start when all its listeners are WebSockets. */
  private String andAnother() {
    return "listener " + other.port() + " 127.0.0.1\n";
  }

  private static final Duration NEVER = Duration.ofMinutes(5);
  private static final int TIMES = Boolean.getBoolean("sluice.long") ? 20 : 2;

  @TempDir Path directory;
  private Vertx vertx;
  private HeldPort other;

  @BeforeEach
  void open() throws IOException {
    vertx = Vertx.vertx();
    other = HeldPort.take();
  }

  @AfterEach
  void close() throws Exception {
    other.close();
    vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private static long sockets() throws IOException {
    try (var files = Files.list(Path.of("/proc/self/fd"))) {
      return files.filter(WebSocketBrokerTest::isSocket).count();
    }
  }

  private static boolean isSocket(Path file) {
    try {
      return Files.readSymbolicLink(file).toString().startsWith("socket:");
    } catch (IOException e) {
      return false; // closed meanwhile
    }
  }

  private static void awaitSockets(long most) throws Exception {
    for (int i = 0; i < 1_000 && sockets() > most; i++) {
      TimeUnit.MILLISECONDS.sleep(10); // a closed file tells nobody
    }
    assertThat(sockets()).isLessThanOrEqualTo(most);
  }

  @Test
  void aRestartAndAFrozenBrokerAreSeenAsOverTcpAndLeaveNoSocketBehind() throws Exception {
    try (var broker = RealBroker.start(directory, WEBSOCKETS + andAnother());
        var rig = new ReachRig(vertx)) {
      rig.outbox.fill(50);
      rig.start(ReachRig.link("ws://127.0.0.1:" + broker.port(), null, NEVER, Reach.DIRECT));
      rig.awaitAcked(50);
      rig.outbox.acked.clear();
      long sockets = sockets();
      for (int i = 0; i < TIMES; i++) {
        int before = i;
        broker.kill();
        rig.await("noticed", s -> s.state() != UplinkStats.State.CONNECTED);
        broker.again();
        rig.await("back", s -> s.connects() == before + 2);
      }
      rig.outbox.fill(10);
      rig.await("delivered", s -> s.backlog() == 0);
      awaitSockets(sockets);

      broker.signal("STOP");
      long start = System.nanoTime();
      rig.await("given up", s -> s.failures().containsKey("silent"));
      Duration noticed = Duration.ofNanos(System.nanoTime() - start);
      System.out.println("frozen behind a WebSocket: noticed after " + noticed);
      // 1.5 times 2 s, and what a busy machine may add; TCP alone would take a quarter of an hour.
      assertThat(noticed).isLessThan(Duration.ofSeconds(15));
      broker.signal("CONT");
      rig.await("back", s -> s.connects() == TIMES + 2);
      rig.outbox.fill(10);
      rig.await("delivered", s -> s.backlog() == 0);
      awaitSockets(sockets);
    }
  }

  /** What was written into a peer that reads no more must not keep its socket open. */
  @Test
  void aPeerThatReadsNoMoreIsLeft() throws Exception {
    try (var broker = RealBroker.start(directory, WEBSOCKETS + andAnother());
        var rig = new ReachRig(vertx)) {
      rig.outbox.fill(1);
      LinkOptions usual =
          ReachRig.link("ws://127.0.0.1:" + broker.port(), null, NEVER, Reach.DIRECT);
      rig.start(usual);
      rig.awaitAcked(1);
      long sockets = sockets();
      broker.signal("STOP");
      for (int i = 0; i < 400; i++) {
        rig.outbox.append(
            dev.sluice.gateway.outbox.RecordKind.DATA,
            new dev.sluice.gateway.uplink.connector.DataRecords()
                .column("text", dev.sluice.driver.ValueType.STRING)
                .row("meter", 1_000 + i, "x".repeat(100_000))
                .payload(),
            1);
      }
      rig.await("given up", s -> s.failures().containsKey("ack_timeout"));
      rig.await("again", s -> s.failures().containsKey("no_answer"));
      broker.signal("CONT");
      rig.await("delivered", s -> s.backlog() == 0);
      awaitSockets(sockets);
    }
  }

  @Test
  void overTlsTheHostNameIsVerifiedAndAClientCertificateShown() throws Exception {
    var pki =
        new Certificates(directory.resolve("pki"))
            .issue("server", "localhost")
            .issue("other", "other.example")
            .issue("client", "client");
    var tls = TlsOptions.pem(pki.ca(), pki.certificate("client"), pki.key("client"));
    try (var broker =
            RealBroker.start(directory, WEBSOCKETS + shown(pki, "server") + andAnother());
        var rig = new ReachRig(vertx)) {
      rig.outbox.fill(5);
      rig.start(ReachRig.link("wss://localhost:" + broker.port(), tls, NEVER, Reach.DIRECT));
      rig.awaitAcked(5);
    }
    try (var broker = RealBroker.start(directory, WEBSOCKETS + shown(pki, "other") + andAnother());
        var rig = new ReachRig(vertx)) {
      rig.outbox.fill(5);
      rig.start(ReachRig.link("wss://localhost:" + broker.port(), tls, NEVER, Reach.DIRECT));
      rig.await("refused", s -> s.failures().containsKey("tls_host_name"));
      assertThat(rig.stats().connects()).isZero();
    }
  }

  private static String shown(Certificates pki, String server) {
    return "cafile "
        + pki.ca()
        + "\ncertfile "
        + pki.certificate(server)
        + "\nkeyfile "
        + pki.key(server)
        + "\nrequire_certificate true\n";
  }
}
