package dev.sluice.gateway.uplink.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.testkit.HeldPort;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.mqtt.MqttEndpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Each of the ways in which a broker or the network can misbehave, and what the session makes of
 * it.
 */
class MqttSessionTest {

  private static final Duration LONG = Duration.ofSeconds(30);
  private static final byte[] CONNACK = {0x20, 2, 0, 0};

  private Vertx vertx;

  @BeforeEach
  void open() {
    vertx = Vertx.vertx();
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private int listen(io.vertx.core.Handler<NetSocket> handler) throws Exception {
    NetServer server = vertx.createNetServer().connectHandler(handler);
    return server
        .listen(0, "127.0.0.1")
        .toCompletionStage()
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS)
        .actualPort();
  }

  private SessionUnderTest session(int port) throws Exception {
    return new SessionUnderTest(vertx, SessionUnderTest.settings(port));
  }

  private SessionUnderTest session(int port, Duration keepAlive, Duration connect, Duration ack)
      throws Exception {
    return new SessionUnderTest(
        vertx, SessionUnderTest.with(SessionUnderTest.settings(port), keepAlive, connect, ack));
  }

  /** A platform says 7 for what its policy does not allow; MQTT 3.1.1 has no such code. */
  @Test
  void aCodeThatMqttDoesNotHaveIsNamed() throws Exception {
    for (var code :
        java.util.Map.of(
                7, LinkFailure.REFUSED_BY_POLICY,
                6, LinkFailure.REFUSED_OTHER,
                77, LinkFailure.REFUSED_OTHER)
            .entrySet()) {
      byte[] connack = {0x20, 2, 0, code.getKey().byteValue()};
      int port =
          listen(
              socket ->
                  socket.handler(
                      bytes -> socket.write(Buffer.buffer(connack)).eventually(socket::close)));
      LinkException refused = session(port).connect();
      assertThat(refused.failure()).as("%s", refused).isEqualTo(code.getValue());
    }
  }

  @Test
  void whatIsPublishedIsAcknowledgedAndTheWindowIsFreeAgain() throws Exception {
    try (var broker = ScriptedBroker.listen(vertx)) {
      var session = session(broker.port());
      assertThat(session.connect()).isNull();
      for (long i = 1; i <= 100; i++) {
        session.publish("m" + i, i);
        assertThat(session.acked.poll(10, TimeUnit.SECONDS)).isEqualTo(i);
      }
      assertThat(session.inFlight()).isZero();
      session.close();
      assertThat(broker.disconnects.poll(10, TimeUnit.SECONDS)).isNotNull();
      assertThat(session.ended).isEmpty();
    }
  }

  /** The client refuses this topic at once; who publishes must not be called back meanwhile. */
  @Test
  void aPublishThatFailsAtOnceEndsTheSessionOnlyAfterwards() throws Exception {
    try (var broker = ScriptedBroker.listen(vertx)) {
      var session = session(broker.port());
      assertThat(session.connect()).isNull();
      assertThat(session.endsWithinPublish("not/#/a/topic")).isZero();
      assertThat(session.awaitEnd()).isNotNull();
    }
  }

  @Test
  void aSilentBrokerIsGivenUpAfterTheConnectTimeout() throws Exception {
    BlockingQueue<NetSocket> sockets = new LinkedBlockingQueue<>();
    var closed = new LinkedBlockingQueue<Boolean>();
    int port =
        listen(
            socket -> {
              sockets.add(socket);
              socket.closeHandler(ignored -> closed.add(true));
            });
    var session = session(port, LONG, Duration.ofMillis(400), LONG);
    long start = System.nanoTime();
    assertThat(session.connect().failure()).isEqualTo(LinkFailure.NO_ANSWER);
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isBetween(Duration.ofMillis(390), Duration.ofSeconds(5));
    assertThat(closed.poll(10, TimeUnit.SECONDS)).isTrue();
    assertThat(session.ended).isEmpty();
  }

  @Test
  void aRefusalIsToldInWords() throws Exception {
    var codes =
        List.of(
            MqttConnectReturnCode.CONNECTION_REFUSED_UNACCEPTABLE_PROTOCOL_VERSION,
            MqttConnectReturnCode.CONNECTION_REFUSED_IDENTIFIER_REJECTED,
            MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE,
            MqttConnectReturnCode.CONNECTION_REFUSED_BAD_USER_NAME_OR_PASSWORD,
            MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED);
    var failures =
        List.of(
            LinkFailure.REFUSED_VERSION,
            LinkFailure.REFUSED_CLIENT_ID,
            LinkFailure.REFUSED_UNAVAILABLE,
            LinkFailure.REFUSED_CREDENTIALS,
            LinkFailure.REFUSED_NOT_AUTHORIZED);
    try (var broker = ScriptedBroker.listen(vertx)) {
      for (int i = 0; i < codes.size(); i++) {
        MqttConnectReturnCode code = codes.get(i);
        broker.onConnect = (connection, endpoint) -> endpoint.reject(code);
        assertThat(session(broker.port()).connect().failure()).isEqualTo(failures.get(i));
      }
    }
  }

  @Test
  void aCloseRightAfterConnectIsAFailedAttempt() throws Exception {
    int port = listen(socket -> socket.handler(ignored -> socket.close()));
    LinkException why = session(port).connect();
    assertThat(why.failure()).isEqualTo(LinkFailure.CLOSED);
    assertThat(why.getMessage()).doesNotContain("certificate");
  }

  @Test
  void nothingListeningAndNoSuchNameAreTwoThings() throws Exception {
    try (var nobody = HeldPort.take()) {
      assertThat(session(nobody.port()).connect().failure())
          .isEqualTo(LinkFailure.CONNECTION_REFUSED);
    }
    var nowhere =
        new SessionUnderTest(vertx, SessionUnderTest.settings("nowhere.invalid", 1, null));
    assertThat(nowhere.connect().failure()).isEqualTo(LinkFailure.NAME_NOT_FOUND);
  }

  /** A captive portal answers whatever it is asked. */
  @Test
  void anHttpServerIsNoBroker() throws Exception {
    int port =
        listen(
            socket ->
                socket.handler(
                    ignored -> socket.write("HTTP/1.1 400 Bad Request\r\n\r\n" + "x".repeat(200))));
    assertThat(session(port, LONG, LONG, LONG).connect().failure()).isEqualTo(LinkFailure.NOT_MQTT);
  }

  @Test
  void anAcknowledgementThatNeverComesEndsTheSession() throws Exception {
    try (var broker = ScriptedBroker.listen(vertx)) {
      broker.onPublish = (connection, endpoint, message) -> {};
      var closed = new CompletableFuture<Boolean>();
      broker.onConnect =
          (connection, endpoint) -> {
            endpoint.closeHandler(ignored -> closed.complete(broker.disconnects.isEmpty()));
            endpoint.accept(false);
          };
      var session = session(broker.port(), LONG, LONG, Duration.ofMillis(300));
      assertThat(session.connect()).isNull();
      session.publish("m", 1);
      assertThat(session.awaitEnd().failure()).isEqualTo(LinkFailure.ACK_TIMEOUT);
      assertThat(session.acked).isEmpty();
      assertThat(closed.get(10, TimeUnit.SECONDS)).as("the will stays").isTrue();
    }
  }

  /** On a slow link each message waits its turn: the deadline is per acknowledgement. */
  @Test
  void slowAcknowledgementsInOrderKeepTheSession() throws Exception {
    try (var broker = ScriptedBroker.listen(vertx)) {
      broker.onPublish = (connection, endpoint, message) -> {};
      // The last one comes after 3.6 s.
      var session = session(broker.port(), LONG, LONG, Duration.ofSeconds(3));
      assertThat(session.connect()).isNull();
      MqttEndpoint endpoint = broker.connects.poll(10, TimeUnit.SECONDS);
      for (long i = 1; i <= 4; i++) {
        session.publish("m", i);
      }
      var next = new AtomicInteger();
      vertx.setPeriodic(900, ignored -> endpoint.publishAcknowledge(next.incrementAndGet()));
      for (long i = 1; i <= 4; i++) {
        assertThat(session.acked.poll(10, TimeUnit.SECONDS)).isEqualTo(i);
      }
      assertThat(session.ended).isEmpty();
    }
  }

  @Test
  void wrongAndRepeatedAcknowledgementsAreCountedAndChangeNothing() throws Exception {
    try (var broker = ScriptedBroker.listen(vertx)) {
      broker.onPublish =
          (connection, endpoint, message) -> {
            endpoint.publishAcknowledge(4_711);
            endpoint.publishAcknowledge(message.messageId());
            endpoint.publishAcknowledge(message.messageId());
          };
      var session = session(broker.port());
      assertThat(session.connect()).isNull();
      for (long i = 1; i <= 3; i++) {
        session.publish("m", i);
        assertThat(session.acked.poll(10, TimeUnit.SECONDS)).isEqualTo(i);
      }
      session.publish("end", 4);
      assertThat(session.acked.poll(10, TimeUnit.SECONDS)).isEqualTo(4);
      assertThat(session.acked).isEmpty();
      assertThat(session.strayAcks()).isGreaterThanOrEqualTo(7);
      assertThat(session.inFlight()).isZero();
    }
  }

  @Test
  void theWindowIsBoundedInMessagesAndBytes() throws Exception {
    try (var broker = ScriptedBroker.listen(vertx)) {
      broker.onPublish = (connection, endpoint, message) -> {};
      var session = session(broker.port());
      assertThat(session.connect()).isNull();
      assertThat(session.admits(2 << 20)).as("alone a message of any size").isTrue();
      session.publish(Buffer.buffer(new byte[900_000]), 1);
      assertThat(session.admits(100_000)).isTrue();
      assertThat(session.admits(200_000)).isFalse();
      session.publish("2", 2);
      session.publish("3", 3);
      assertThat(session.admits(1)).isTrue();
      session.publish("4", 4);
      assertThat(session.admits(1)).isFalse();
    }
  }

  @Test
  void packetIdsWrapAndSkipThoseInFlight() {
    var window = new InFlightWindow(10, 1_000);
    assertThat(window.add(1, 1, 0)).isEqualTo(1);
    for (int id = 2; id <= 65_535; id++) {
      assertThat(window.add(id, 1, 0)).isEqualTo(id);
      assertThat(window.remove(id, 0).token()).isEqualTo(id);
    }
    assertThat(window.add(7, 1, 0)).isEqualTo(2);
    assertThat(window.messages()).isEqualTo(2);
    assertThat(window.remove(0, 0)).isNull();
  }

  @Test
  void aCloseByTheBrokerEndsTheSessionOnce() throws Exception {
    try (var broker = ScriptedBroker.listen(vertx)) {
      broker.onPublish = (connection, endpoint, message) -> endpoint.close();
      var session = session(broker.port());
      assertThat(session.connect()).isNull();
      session.publish("m", 1);
      assertThat(session.awaitEnd().failure()).isEqualTo(LinkFailure.CLOSED);
      assertThat(session.admits(1)).isFalse();
      assertThat(session.inFlight()).isZero();
      session.close();
      assertThat(session.ended).isEmpty();
    }
  }

  /**
   * An ordinary close waits until everything written before it has gone out, which it never does
   * when the peer reads no more: the socket would stay for as long as TCP tries.
   */
  @Test
  void aPeerThatReadsNoMoreCostsNoSocket() throws Exception {
    var accepted = new LinkedBlockingQueue<NetSocket>();
    int port =
        listen(
            socket ->
                socket.handler(
                    bytes -> {
                      socket.pause();
                      socket.write(Buffer.buffer(CONNACK));
                      accepted.add(socket);
                    }));
    var session = session(port, Duration.ofSeconds(1), LONG, Duration.ofMillis(300));
    assertThat(session.connect()).isNull();
    int clientPort = accepted.poll(10, TimeUnit.SECONDS).remoteAddress().port();
    assertThat(established(clientPort)).isTrue();
    // Larger than what the buffers of both sides take.
    session.publish(Buffer.buffer(new byte[64 << 20]), 1);
    assertThat(session.awaitEnd().failure()).isEqualTo(LinkFailure.ACK_TIMEOUT);
    for (int i = 0; i < 400 && established(clientPort); i++) {
      TimeUnit.MILLISECONDS.sleep(50); // the kernel tells no one
    }
    assertThat(established(clientPort)).isFalse();
  }

  /** Whether this machine has an open connection from that port. */
  private static boolean established(int localPort) throws Exception {
    String wanted = String.format(":%04X", localPort);
    for (String table : new String[] {"/proc/net/tcp", "/proc/net/tcp6"}) {
      for (String line : Files.readAllLines(Path.of(table))) {
        String[] columns = line.trim().split("\\s+");
        if (columns[1].endsWith(wanted) && columns[3].equals("01")) {
          return true;
        }
      }
    }
    return false;
  }

  @Test
  void theWillGoesWithTheConnect() throws Exception {
    try (var broker = ScriptedBroker.listen(vertx)) {
      var will = new Publication("status", Buffer.buffer("offline"), true);
      var session = new SessionUnderTest(vertx, SessionUnderTest.settings(broker.port()), will);
      assertThat(session.connect()).isNull();
      MqttEndpoint endpoint = broker.connects.poll(10, TimeUnit.SECONDS);
      assertThat(endpoint.will().getWillTopic()).isEqualTo("status");
      assertThat(endpoint.will().getWillMessage()).hasToString("offline");
      assertThat(endpoint.will().isWillRetain()).isTrue();
      assertThat(endpoint.will().getWillQos()).isEqualTo(1);
      assertThat(endpoint.isCleanSession()).isTrue();
      assertThat(endpoint.clientIdentifier()).isEqualTo("client");
    }
  }
}
