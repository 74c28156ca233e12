package dev.sluice.gateway.uplink.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.testkit.ManualClock;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a connection is asked whether it lives, and when it is given up: by a clock of the test. */
class KeepAliveSessionTest {

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

  private SessionUnderTest session(int port, Duration keepAlive, Duration ack, ManualClock clock)
      throws Exception {
    MqttSettings settings = SessionUnderTest.settings(port);
    return new SessionUnderTest(
        vertx, SessionUnderTest.with(settings, keepAlive, LONG, ack), null, clock);
  }

  @Test
  void aQuietConnectionIsKeptByPings() throws Exception {
    try (var broker = ScriptedBroker.listen(vertx)) {
      var pings = new LinkedBlockingQueue<Boolean>();
      broker.onConnect =
          (connection, endpoint) -> {
            endpoint.pingHandler(ignored -> pings.add(true));
            endpoint.accept(false);
          };
      var clock = new ManualClock();
      var session = session(broker.port(), Duration.ofMinutes(1), Duration.ofSeconds(1), clock);
      assertThat(session.connect()).isNull();
      for (long i = 1; i <= 3; i++) {
        clock.advance(Duration.ofSeconds(45));
        assertThat(pings.poll(10, TimeUnit.SECONDS)).isTrue();
        session.publish("m", i); // its acknowledgment comes behind the answer to the ping
        assertThat(session.acked.poll(10, TimeUnit.SECONDS)).isEqualTo(i);
      }
      assertThat(session.ended).isEmpty();
    }
  }

  @Test
  void silenceIsDeclaredDeadWithinOneAndAHalfKeepAlives() throws Exception {
    var pings = new Semaphore(0);
    int port =
        vertx
            .createNetServer()
            .connectHandler(socket -> socket.handler(bytes -> connackOnly(socket, bytes, pings)))
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS)
            .actualPort();
    var clock = new ManualClock();
    var session = session(port, Duration.ofSeconds(2), LONG, clock);
    assertThat(session.connect()).isNull();
    clock.advance(Duration.ofMillis(2_000));
    assertThat(pings.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
    assertThat(session.ended).as("a keep-alive is not too long").isEmpty();
    clock.advance(Duration.ofMillis(750)); // it looks four times a second
    assertThat(session.awaitEnd().failure()).isEqualTo(LinkFailure.SILENT);
  }

  private static void connackOnly(NetSocket socket, Buffer bytes, Semaphore others) {
    if (bytes.getByte(0) == 0x10) {
      socket.write(Buffer.buffer(CONNACK));
    } else {
      others.release();
    }
  }
}
