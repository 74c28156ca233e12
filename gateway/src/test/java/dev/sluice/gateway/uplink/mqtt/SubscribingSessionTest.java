package dev.sluice.gateway.uplink.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.uplink.connector.Seed;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.mqtt.MqttEndpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What comes down: answers to SUBSCRIBE, messages, and rubbish. */
class SubscribingSessionTest {

  private static final Duration LONG = Duration.ofSeconds(30);
  private static final byte[] CONNACK = {0x20, 2, 0, 0};

  private final BlockingQueue<Integer> acks = new LinkedBlockingQueue<>();
  private Vertx vertx;
  private ScriptedBroker broker;
  private volatile List<MqttQoS> grant = List.of(MqttQoS.AT_LEAST_ONCE);

  @BeforeEach
  void open() throws Exception {
    vertx = Vertx.vertx();
    broker = ScriptedBroker.listen(vertx);
    broker.onConnect =
        (connection, endpoint) -> {
          endpoint.publishAcknowledgeHandler(acks::add);
          endpoint.subscribeHandler(
              subscribe -> {
                if (!grant.isEmpty()) {
                  endpoint.subscribeAcknowledge(subscribe.messageId(), grant);
                }
              });
          endpoint.accept(false);
        };
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private SessionUnderTest session(int port, Duration ackTimeout) throws Exception {
    var settings = SessionUnderTest.settings(port);
    var session =
        new SessionUnderTest(vertx, SessionUnderTest.with(settings, LONG, LONG, ackTimeout));
    assertThat(session.connect()).isNull();
    return session;
  }

  @Test
  void whatIsGrantedIsToldAndWhatIsRefusedIsNamed() throws Exception {
    var session = session(broker.port(), LONG);
    assertThat(session.subscribe("a").get(10, TimeUnit.SECONDS)).isEmpty();
    grant = List.of(MqttQoS.AT_MOST_ONCE, MqttQoS.FAILURE, MqttQoS.AT_LEAST_ONCE);
    assertThat(session.subscribe("b", "c/#", "d").get(10, TimeUnit.SECONDS)).containsExactly("c/#");
    grant = List.of(MqttQoS.AT_LEAST_ONCE);
    assertThat(session.subscribe("e", "f").get(10, TimeUnit.SECONDS))
        .as("no word of it is no grant")
        .containsExactly("f");
  }

  @Test
  void manyFiltersGoEightAtATime() throws Exception {
    BlockingQueue<Integer> counts = new LinkedBlockingQueue<>();
    broker.onConnect =
        (connection, endpoint) -> {
          endpoint.subscribeHandler(
              subscribe -> {
                var filters = subscribe.topicSubscriptions();
                counts.add(filters.size());
                endpoint.subscribeAcknowledge(
                    subscribe.messageId(),
                    filters.stream()
                        .map(
                            one ->
                                one.topicName().matches("f(3|17)")
                                    ? MqttQoS.FAILURE
                                    : MqttQoS.AT_LEAST_ONCE)
                        .toList());
              });
          endpoint.accept(false);
        };
    var session = session(broker.port(), LONG);
    String[] filters = new String[18];
    for (int i = 0; i < filters.length; i++) {
      filters[i] = "f" + i;
    }
    assertThat(session.subscribe(filters).get(10, TimeUnit.SECONDS)).containsExactly("f3", "f17");
    assertThat(List.copyOf(counts)).containsExactly(8, 8, 2);
    assertThat(session.subscribe("g").get(10, TimeUnit.SECONDS)).isEmpty();
    assertThat(session.ended).isEmpty();
  }

  @Test
  void anAnswerToNothingIsCountedAndChangesNothing() throws Exception {
    grant = List.of();
    var session = session(broker.port(), LONG);
    MqttEndpoint endpoint = broker.connects.poll(10, TimeUnit.SECONDS);
    endpoint.subscribeAcknowledge(7, List.of(MqttQoS.FAILURE));
    session.awaitStrayAcks(1);
    var answer = session.subscribe("a");
    endpoint.subscribeAcknowledge(4_711, List.of(MqttQoS.FAILURE));
    session.awaitStrayAcks(2);
    assertThat(answer).isNotDone();
    endpoint.subscribeAcknowledge(1, List.of(MqttQoS.AT_LEAST_ONCE));
    assertThat(answer.get(10, TimeUnit.SECONDS)).isEmpty();
    assertThat(session.ended).isEmpty();
  }

  @Test
  void aQuestionThatIsNeverAnsweredEndsTheSession() throws Exception {
    grant = List.of();
    var session = session(broker.port(), Duration.ofMillis(300));
    var answer = session.subscribe("a");
    assertThat(session.awaitEnd().failure()).isEqualTo(LinkFailure.ACK_TIMEOUT);
    assertThat(answer).isNotDone();
    assertThat(session.passedOver()).isZero();
  }

  @Test
  void aSessionThatIsLostMeanwhileAnswersNothing() throws Exception {
    grant = List.of();
    var session = session(broker.port(), LONG);
    var answer = session.subscribe("a");
    broker.connects.poll(10, TimeUnit.SECONDS).close();
    assertThat(session.awaitEnd().failure()).isEqualTo(LinkFailure.CLOSED);
    assertThat(answer).isNotDone();
  }

  @Test
  void aMessageIsAcknowledgedAfterItWasTaken() throws Exception {
    var session = session(broker.port(), LONG);
    var ackedBefore = new LinkedBlockingQueue<Integer>();
    session.onReceived = () -> ackedBefore.add(acks.size());
    MqttEndpoint endpoint = broker.connects.poll(10, TimeUnit.SECONDS);
    endpoint.publish("t/0", Buffer.buffer("a"), MqttQoS.AT_MOST_ONCE, false, true);
    endpoint.publish("t/1", Buffer.buffer("b"), MqttQoS.AT_LEAST_ONCE, false, false);
    Incoming first = session.received.poll(10, TimeUnit.SECONDS);
    assertThat(first.topic()).isEqualTo("t/0");
    assertThat(first.retained()).isTrue();
    assertThat(session.received.poll(10, TimeUnit.SECONDS).payload()).hasToString("b");
    assertThat(acks.poll(10, TimeUnit.SECONDS)).isNotNull();
    assertThat(ackedBefore).containsExactly(0, 0);
    assertThat(acks).as("at QoS 0 there is nothing to acknowledge").isEmpty();
  }

  @Test
  void aTakerThatThrowsCostsNeitherTheConnectionNorTheNextMessage() throws Exception {
    var session = session(broker.port(), LONG);
    session.onReceived =
        () -> {
          throw new IllegalStateException("meant to happen, in a test");
        };
    MqttEndpoint endpoint = broker.connects.poll(10, TimeUnit.SECONDS);
    for (int i = 1; i <= 3; i++) {
      endpoint.publish("t", Buffer.buffer("x"), MqttQoS.AT_LEAST_ONCE, false, false);
      assertThat(session.received.poll(10, TimeUnit.SECONDS)).isNotNull();
      assertThat(acks.poll(10, TimeUnit.SECONDS)).isEqualTo(i);
    }
    session.publish("m", 1);
    assertThat(session.acked.poll(10, TimeUnit.SECONDS)).isEqualTo(1);
    assertThat(session.ended).isEmpty();
  }

  /** Acknowledgments go in the order of their messages (MQTT 3.1.1, 4.6). */
  @Test
  void anAcknowledgmentThatIsPutOffHoldsBackThoseBehindIt() throws Exception {
    var session = session(broker.port(), LONG);
    session.putsOff = "later";
    MqttEndpoint endpoint = broker.connects.poll(10, TimeUnit.SECONDS);
    for (String topic : List.of("first", "later", "third", "later", "none", "last")) {
      MqttQoS qos = topic.equals("none") ? MqttQoS.AT_MOST_ONCE : MqttQoS.AT_LEAST_ONCE;
      endpoint.publish(topic, Buffer.buffer("x"), qos, false, false);
    }
    var came = new ArrayList<Incoming>();
    for (int i = 0; i < 6; i++) {
      came.add(session.received.poll(10, TimeUnit.SECONDS));
    }
    session.publish("m", 1);
    assertThat(session.acked.poll(10, TimeUnit.SECONDS)).isEqualTo(1);
    assertThat(List.copyOf(acks)).as("before it is sent").containsExactly(1);
    session.send(came.get(3));
    session.publish("m", 2);
    assertThat(session.acked.poll(10, TimeUnit.SECONDS)).isEqualTo(2);
    assertThat(List.copyOf(acks)).as("not past an older one").containsExactly(1);
    session.send(came.get(1));
    session.send(came.get(1));
    session.publish("m", 3);
    assertThat(session.acked.poll(10, TimeUnit.SECONDS)).isEqualTo(3);
    assertThat(acks).as("all of them, once").hasSize(5).doesNotHaveDuplicates();
    assertThat(session.ended).isEmpty();
  }

  @Test
  void nothingIsAcknowledgedInAConnectionThatIsOver() throws Exception {
    var session = session(broker.port(), LONG);
    session.putsOff = "later";
    MqttEndpoint endpoint = broker.connects.poll(10, TimeUnit.SECONDS);
    endpoint.publish("later", Buffer.buffer("x"), MqttQoS.AT_LEAST_ONCE, false, false);
    Incoming message = session.received.poll(10, TimeUnit.SECONDS);
    endpoint.close();
    assertThat(session.awaitEnd()).isNotNull();
    session.send(message);
    assertThat(acks).isEmpty();
  }

  /** A message that the decoder cannot skip is no proof that no broker speaks. */
  @Test
  void aMessageThatIsTooLargeForTheClientIsToldAsThat() throws Exception {
    int port =
        listen(
            socket -> {
              socket.write(Buffer.buffer(new byte[] {0x30, (byte) 0xff, (byte) 0xff, -1, 0x7f}));
              socket.write(Buffer.buffer(new byte[1_000]));
            });
    LinkException why = asked(session(port, LONG)).awaitEnd();
    assertThat(why.failure()).isEqualTo(LinkFailure.TOO_LARGE);
    assertThat(why.getMessage()).contains("remove what is retained");
  }

  @Test
  void aSpeakerOfHttpIsToldAlsoInTheMiddle() throws Exception {
    int port = listen(socket -> socket.write("HTTP/1.1 400 Bad Request\r\n\r\n" + "x".repeat(200)));
    LinkException why = asked(session(port, LONG)).awaitEnd();
    assertThat(why.failure()).isEqualTo(LinkFailure.NOT_MQTT);
    assertThat(why.getMessage()).contains("web server");
  }

  /**
   * Whatever comes, the session ends once and in words, or goes on; it neither hangs nor throws.
   */
  @Test
  void rubbishInTheMiddleEndsTheSessionOnceOrNotAtAll() throws Exception {
    Random random = Seed.random();
    int rounds = Boolean.getBoolean("sluice.long") ? 2_000 : 60;
    int ended = 0;
    for (int i = 0; i < rounds; i++) {
      byte[] rubbish = new byte[1 + random.nextInt(64)];
      random.nextBytes(rubbish);
      int port =
          listen(
              socket -> {
                socket.write(Buffer.buffer(rubbish));
                vertx.setTimer(5, ignored -> socket.close());
              });
      var session = session(port, LONG);
      session.onReceived =
          () -> {
            throw new IllegalStateException("meant to happen, in a test");
          };
      LinkException why = asked(session).awaitEnd();
      assertThat(why).as("after round %d", i).isNotNull();
      assertThat(session.acked).isEmpty();
      assertThat(session.inFlight()).isZero();
      ended += why.failure() == LinkFailure.CLOSED ? 0 : 1;
      session.close();
      assertThat(session.ended).isEmpty();
    }
    System.out.printf("%d of %d ended over what was said%n", ended, rounds);
    assertThat(ended).isPositive();
  }

  /** Who listens below says the rest then: the session knows by now that it is connected. */
  private static SessionUnderTest asked(SessionUnderTest session) throws Exception {
    session.publish("go on", 1);
    return session;
  }

  /** Says that it is a broker, and something else to the first message. */
  private int listen(io.vertx.core.Handler<NetSocket> then) throws Exception {
    NetServer server =
        vertx
            .createNetServer()
            .connectHandler(
                socket ->
                    socket.handler(
                        bytes -> {
                          if (bytes.getByte(0) == 0x10) {
                            socket.write(Buffer.buffer(CONNACK));
                          } else {
                            then.handle(socket);
                          }
                        }));
    return server
        .listen(0, "127.0.0.1")
        .toCompletionStage()
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS)
        .actualPort();
  }
}
