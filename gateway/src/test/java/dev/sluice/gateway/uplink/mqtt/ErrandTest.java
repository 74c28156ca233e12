package dev.sluice.gateway.uplink.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ErrandTest {

  private static final Duration LIMIT = Duration.ofSeconds(5);

  private Vertx vertx;
  private ScriptedBroker broker;

  @BeforeEach
  void open() throws Exception {
    vertx = Vertx.vertx();
    broker = ScriptedBroker.listen(vertx);
    broker.onConnect =
        (connection, endpoint) -> {
          endpoint.subscribeHandler(
              asked ->
                  endpoint.subscribeAcknowledge(asked.messageId(), List.of(MqttQoS.AT_LEAST_ONCE)));
          endpoint.accept(false);
        };
  }

  @AfterEach
  void close() throws Exception {
    broker.close();
    vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private MqttSettings settings(int port) {
    return new MqttSettings(
        "127.0.0.1", port, null, "errand", null, null, LIMIT, LIMIT, LIMIT, 8, 1 << 20);
  }

  private <T> T on(Supplier<Future<T>> what) throws Exception {
    Promise<T> done = Promise.promise();
    vertx.getOrCreateContext().runOnContext(ignored -> what.get().onComplete(done));
    return done.future().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private Future<Incoming> ask(Errand errand, String question, Duration within) {
    return errand.ask(
        new Publication("ask", Buffer.buffer(question), false),
        message -> message.topic().equals("answer/2"),
        within);
  }

  @Test
  void theFirstMessageThatIsAnAnswerIsIt() throws Exception {
    broker.onPublish =
        (connection, endpoint, message) -> {
          endpoint.publishAcknowledge(message.messageId());
          endpoint.publish("answer/1", message.payload(), MqttQoS.AT_MOST_ONCE, false, false);
          endpoint.publish("answer/2", message.payload(), MqttQoS.AT_MOST_ONCE, false, false);
        };
    String answer =
        on(
            () ->
                Errand.open(vertx, settings(broker.port()), new Monotonic(), List.of("answer/+"))
                    .compose(
                        errand ->
                            ask(errand, "one", LIMIT)
                                .compose(first -> ask(errand, "two", LIMIT))
                                .compose(
                                    second -> errand.close().map(second.payload().toString()))));
    assertThat(answer).isEqualTo("two");
    assertThat(broker.disconnects.poll(10, TimeUnit.SECONDS)).isNotNull();
  }

  @Test
  void whoDoesNotAnswerIsNotWaitedForForEver() {
    assertThatThrownBy(
            () ->
                on(
                    () ->
                        Errand.open(vertx, settings(broker.port()), new Monotonic(), List.of("a/#"))
                            .compose(errand -> ask(errand, "one", Duration.ofMillis(50)))))
        .cause()
        .isInstanceOfSatisfying(
            LinkException.class, e -> assertThat(e.failure()).isEqualTo(LinkFailure.NO_ANSWER))
        .hasMessageContaining("ask");
  }

  @Test
  void aRefusedSubscriptionIsTheEndOfIt() {
    broker.onConnect =
        (connection, endpoint) -> {
          endpoint.subscribeHandler(
              asked -> endpoint.subscribeAcknowledge(asked.messageId(), List.of(MqttQoS.FAILURE)));
          endpoint.accept(false);
        };
    assertThat(opening("answer/+", LIMIT))
        .isInstanceOfSatisfying(
            LinkException.class,
            e -> assertThat(e.failure()).isEqualTo(LinkFailure.SUBSCRIPTION_REFUSED))
        .hasMessageContaining("answer/+");
  }

  @Test
  void aSubscriptionThatNobodyAnswersIsNotWaitedForForEver() throws Exception {
    var left = new CompletableFuture<Void>();
    broker.onConnect =
        (connection, endpoint) -> {
          endpoint.closeHandler(left::complete);
          endpoint.accept(false);
        };
    assertThat(opening("answer/+", Duration.ofMillis(50)))
        .isInstanceOfSatisfying(
            LinkException.class, e -> assertThat(e.failure()).isEqualTo(LinkFailure.NO_ANSWER))
        .hasMessageContaining("no SUBACK within");
    left.get(10, TimeUnit.SECONDS);
    assertThat(broker.disconnects).as("goodbyes to who does not answer").isEmpty();
  }

  @Test
  void whoHangsUpOverASubscriptionIsToldAtOnce() {
    broker.onConnect =
        (connection, endpoint) -> {
          endpoint.subscribeHandler(asked -> endpoint.close());
          endpoint.accept(false);
        };
    assertThat(opening("answer/+", Duration.ofMinutes(1)))
        .isInstanceOfSatisfying(
            LinkException.class, e -> assertThat(e.failure()).isEqualTo(LinkFailure.CLOSED));
  }

  private Throwable opening(String filter, Duration ackTimeout) {
    var settings =
        new MqttSettings(
            "127.0.0.1", broker.port(), null, "errand", null, null, LIMIT, LIMIT, ackTimeout, 8, 9);
    return catchThrowable(
            () -> on(() -> Errand.open(vertx, settings, new Monotonic(), List.of(filter))))
        .getCause();
  }

  @Test
  void whoHangsUpIsTold() {
    broker.onPublish = (connection, endpoint, message) -> endpoint.close();
    assertThatThrownBy(
            () ->
                on(
                    () ->
                        Errand.open(vertx, settings(broker.port()), new Monotonic(), List.of())
                            .compose(errand -> ask(errand, "one", LIMIT))))
        .cause()
        .isInstanceOfSatisfying(
            LinkException.class, e -> assertThat(e.failure()).isEqualTo(LinkFailure.CLOSED));
  }
}
