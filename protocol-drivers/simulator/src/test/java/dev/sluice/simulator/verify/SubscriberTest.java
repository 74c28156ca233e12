package dev.sluice.simulator.verify;

import static dev.sluice.simulator.Running.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.MqttServer;
import io.vertx.mqtt.MqttServerOptions;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a broker that does exactly what the test says. */
class SubscriberTest {

  private static final String CLIENT = "verifier-1";

  private final Vertx vertx = Vertx.vertx();
  private final Verifier verifier = new Verifier(true, "counter");
  private final BlockingQueue<MqttEndpoint> connects = new LinkedBlockingQueue<>();
  private final BlockingQueue<Integer> acknowledged = new LinkedBlockingQueue<>();
  private volatile boolean answers = true;
  private volatile MqttQoS grants = MqttQoS.AT_LEAST_ONCE;
  private Subscriber subscriber;

  @BeforeEach
  void start() throws Exception {
    MqttServer server =
        MqttServer.create(vertx, new MqttServerOptions().setHost("127.0.0.1").setPort(0));
    server.exceptionHandler(e -> {});
    server.endpointHandler(
        endpoint -> {
          endpoint.publishAcknowledgeHandler(acknowledged::add);
          endpoint.subscribeHandler(
              asked -> {
                assertThat(asked.topicSubscriptions().get(0).topicName()).isEqualTo("site/#");
                endpoint.subscribeAcknowledge(asked.messageId(), List.of(grants));
                connects.add(endpoint);
              });
          if (answers) {
            endpoint.accept(false);
          } else {
            connects.add(endpoint);
          }
        });
    await(server.listen());
    subscriber = new Subscriber("127.0.0.1", server.actualPort(), "site/#", CLIENT, verifier, 500);
  }

  @AfterEach
  void stop() throws Exception {
    await(vertx.close());
  }

  @Test
  void acknowledgesWhatTheVerifierHasAndComesBackToTheSameSession() throws Exception {
    await(vertx.deployVerticle(subscriber));
    MqttEndpoint first = next();
    assertThat(first.clientIdentifier()).isEqualTo(CLIENT);
    assertThat(first.isCleanSession()).isFalse();
    await(subscriber.subscribed());
    send(first, 1);
    assertThat(verifier.counts()).isEqualTo(1);

    first.close();
    MqttEndpoint second = next();
    assertThat(second.clientIdentifier()).isEqualTo(CLIENT);
    assertThat(second.isCleanSession()).isFalse();
    // A broker sends again what it has no acknowledgement for.
    send(second, 1);
    send(second, 2);
    assertThat(verifier.summary(List.of("m")).line())
        .isEqualTo("demo: published=2 acknowledged=2 duplicates=1 missing=0 readings_missing=0");
  }

  @Test
  void givesUpABrokerThatDoesNotAnswerAndTriesAgain() throws Exception {
    answers = false;
    await(vertx.deployVerticle(subscriber));
    next();
    answers = true;
    // Attempts that began before may still go unanswered.
    await(subscriber.subscribed());
    assertThat(subscriber.connected()).isTrue();
  }

  @Test
  void isNotSubscribedWhenTheBrokerRefuses() throws Exception {
    grants = MqttQoS.FAILURE;
    await(vertx.deployVerticle(subscriber));
    next();
    next();
    assertThat(subscriber.subscribed().isComplete()).isFalse();
    grants = MqttQoS.AT_LEAST_ONCE;
    await(subscriber.subscribed());
  }

  private MqttEndpoint next() throws InterruptedException {
    MqttEndpoint endpoint = connects.poll(10, TimeUnit.SECONDS);
    assertThat(endpoint).as("the subscriber at the broker").isNotNull();
    return endpoint;
  }

  private void send(MqttEndpoint to, int seq) throws Exception {
    String json =
        "{\"schema\":1,\"gateway\":\"g\",\"stream\":\"a\",\"seq\":"
            + seq
            + ",\"low\":"
            + seq
            + ",\"devices\":{\"m\":[{\"t\":1,\"v\":{\"counter\":"
            + seq
            + "}}]}}";
    await(to.publish("site/g", Buffer.buffer(json), MqttQoS.AT_LEAST_ONCE, false, false, seq));
    assertThat(acknowledged.poll(10, TimeUnit.SECONDS)).isEqualTo(seq);
  }
}
