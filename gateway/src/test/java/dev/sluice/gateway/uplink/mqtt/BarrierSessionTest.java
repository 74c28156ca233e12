package dev.sluice.gateway.uplink.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.TimeSource;
import dev.sluice.driver.testkit.ManualClock;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.MqttEndpoint;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Messages at QoS 0, of which only the answer to a ping says anything. */
class BarrierSessionTest {

  private static final Duration LONG = Duration.ofSeconds(30);

  /** How many messages the broker had read when a ping came. */
  private final BlockingQueue<Integer> pings = new LinkedBlockingQueue<>();

  private Vertx vertx;
  private ScriptedBroker broker;
  private volatile boolean answers;

  @BeforeEach
  void open() throws Exception {
    vertx = Vertx.vertx();
    broker = ScriptedBroker.listen(vertx);
    broker.onPublish =
        (connection, endpoint, message) -> {
          if (message.qosLevel() == MqttQoS.AT_LEAST_ONCE) {
            endpoint.publishAcknowledge(message.messageId());
          }
        };
    broker.onConnect =
        (connection, endpoint) -> {
          endpoint.autoKeepAlive(false);
          endpoint.pingHandler(
              ignored -> {
                boolean answered = answers;
                pings.add(broker.received.size());
                if (answered) {
                  endpoint.pong();
                }
              });
          endpoint.accept(false);
        };
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private SessionUnderTest session(Duration keepAlive, Duration ackTimeout) throws Exception {
    return session(keepAlive, ackTimeout, new Monotonic());
  }

  private SessionUnderTest session(Duration keepAlive, Duration ackTimeout, TimeSource time)
      throws Exception {
    MqttSettings settings =
        SessionUnderTest.with(
            SessionUnderTest.settings(broker.port()), keepAlive, LONG, ackTimeout);
    var session = new SessionUnderTest(vertx, settings, null, time);
    assertThat(session.connect()).isNull();
    return session;
  }

  /** The ping that just came is answered; returns when the session has heard that. */
  private void answerIsHeard(MqttEndpoint endpoint, SessionUnderTest session) throws Exception {
    long before = session.strayAcks();
    endpoint.pong(); // one more: that is a stray one
    session.awaitStrayAcks(before + 1);
  }

  private MqttEndpoint endpoint() throws Exception {
    return broker.connects.poll(10, TimeUnit.SECONDS);
  }

  private void awaitReceived(int count) throws Exception {
    SessionUnderTest.await(() -> broker.received.size() >= count);
  }

  private Integer ping() throws Exception {
    return pings.poll(10, TimeUnit.SECONDS);
  }

  @Test
  void onePingAfterAllOfATurnAndItsAnswerConfirmsThem() throws Exception {
    var session = session(LONG, LONG);
    session.publishUnconfirmed(1, 3);
    assertThat(ping()).isEqualTo(3);
    assertThat(session.acked).isEmpty();
    assertThat(session.inFlight()).isEqualTo(3);
    endpoint().pong();
    for (long token = 1; token <= 3; token++) {
      assertThat(session.acked.poll(10, TimeUnit.SECONDS)).isEqualTo(token);
    }
    assertThat(session.inFlight()).isZero();
    assertThat(pings).as("nothing more to be known").isEmpty();
  }

  @Test
  void whatIsWrittenAfterAPingWaitsForTheNextOneOfWhichThereIsOnlyOne() throws Exception {
    var session = session(LONG, LONG);
    MqttEndpoint endpoint = endpoint();
    session.publishUnconfirmed(1, 2);
    assertThat(ping()).isEqualTo(2);
    session.publishUnconfirmed(3, 1);
    session.publishUnconfirmed(4, 1);
    assertThat(session.admits(1)).as("the window counts both kinds").isFalse();
    awaitReceived(4);
    assertThat(pings).as("one ping at a time").isEmpty();
    endpoint.pong();
    assertThat(ping()).isEqualTo(4);
    assertThat(session.acked).containsExactly(1L, 2L);
    endpoint.pong();
    assertThat(session.acked.poll(10, TimeUnit.SECONDS)).isEqualTo(1);
    session.awaitNothingInFlight();
    assertThat(session.acked).containsExactly(2L, 3L, 4L);
  }

  @Test
  void anAnswerToNoPingConfirmsNothingAndIsCounted() throws Exception {
    var session = session(LONG, LONG);
    MqttEndpoint endpoint = endpoint();
    endpoint.pong();
    session.awaitStrayAcks(1);
    session.publishUnconfirmed(1, 1);
    assertThat(ping()).isEqualTo(1);
    assertThat(session.acked).isEmpty();
    endpoint.pong();
    endpoint.pong();
    assertThat(session.acked.poll(10, TimeUnit.SECONDS)).isEqualTo(1);
    session.awaitStrayAcks(2);
    session.publishUnconfirmed(2, 1);
    assertThat(ping()).isEqualTo(2);
    assertThat(session.acked).isEmpty();
  }

  @Test
  void theKeepAlivePingConfirmsAndTheConfirmingPingKeepsAlive() throws Exception {
    answers = true;
    var clock = new ManualClock();
    var session = session(Duration.ofMinutes(1), Duration.ofSeconds(1), clock);
    MqttEndpoint endpoint = endpoint();
    clock.advance(Duration.ofSeconds(45));
    assertThat(ping()).as("kept alive").isZero();
    answerIsHeard(endpoint, session);
    answers = false;
    clock.advance(Duration.ofSeconds(45));
    assertThat(ping()).as("kept alive").isZero();
    session.publishUnconfirmed(1, 1);
    awaitReceived(1);
    endpoint.pong();
    assertThat(ping()).as("the former ping was written before it").isEqualTo(1);
    assertThat(session.acked).isEmpty();
    answers = true;
    endpoint.pong();
    assertThat(session.acked.poll(10, TimeUnit.SECONDS)).isEqualTo(1);
    assertThat(session.ended).isEmpty();
  }

  @Test
  void aPingThatIsNeverAnsweredEndsTheSession() throws Exception {
    var session = session(LONG, Duration.ofMillis(300));
    session.publishUnconfirmed(1, 1);
    assertThat(session.awaitEnd().failure()).isEqualTo(LinkFailure.ACK_TIMEOUT);
    assertThat(session.acked).isEmpty();
    assertThat(session.passedOver()).as("nothing was answered").isZero();
  }

  @Test
  void bothKindsAreConfirmedEachInItsOwnWay() throws Exception {
    var session = session(LONG, LONG);
    MqttEndpoint endpoint = endpoint();
    session.publishUnconfirmed(1, 1);
    session.publish("x", 2);
    assertThat(session.acked.poll(10, TimeUnit.SECONDS)).isEqualTo(2);
    assertThat(ping()).isBetween(1, 2);
    assertThat(session.acked).isEmpty();
    endpoint.pong();
    assertThat(session.acked.poll(10, TimeUnit.SECONDS)).isEqualTo(1);
  }

  /** The broker lives and answers others: that it says nothing of this one is no accident. */
  @Test
  void aMessageThatAloneIsNeverAcknowledgedIsNamed() throws Exception {
    answers = true;
    broker.onPublish =
        (connection, endpoint, message) -> {
          if (!message.payload().equals(Buffer.buffer("ignored"))) {
            endpoint.publishAcknowledge(message.messageId());
          }
        };
    var clock = new ManualClock();
    var session = session(LONG, Duration.ofMillis(400), clock);
    session.publish("x", 1);
    assertThat(session.acked.poll(10, TimeUnit.SECONDS)).isEqualTo(1);
    session.publish("ignored", 2);
    clock.advance(Duration.ofMillis(200));
    assertThat(ping()).as("asked whether it lives").isEqualTo(2);
    answerIsHeard(endpoint(), session);
    assertThat(session.ended).isEmpty();
    clock.advance(Duration.ofMillis(200));
    LinkException why = session.awaitEnd();
    assertThat(why.failure()).isEqualTo(LinkFailure.ACK_TIMEOUT);
    assertThat(why.getMessage()).contains("answered what was sent later");
    assertThat(session.passedOver()).isEqualTo(2);
  }

  @Test
  void ofADeadBrokerNoMessageIsNamed() throws Exception {
    answers = false;
    broker.onPublish =
        (connection, endpoint, message) -> {
          if (message.payload().equals(Buffer.buffer("1"))) {
            endpoint.publishAcknowledge(message.messageId());
          }
        };
    var session = session(LONG, Duration.ofMillis(400));
    session.publish("1", 1);
    session.publish("2", 2);
    session.publish("3", 3);
    assertThat(session.awaitEnd().failure()).isEqualTo(LinkFailure.ACK_TIMEOUT);
    assertThat(session.passedOver()).isZero();
  }
}
