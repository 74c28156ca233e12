package dev.sluice.gateway.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.uplink.connector.Channel;
import dev.sluice.gateway.uplink.connector.Conversation;
import dev.sluice.gateway.uplink.mqtt.LinkException;
import dev.sluice.gateway.uplink.mqtt.LinkFailure;
import dev.sluice.gateway.uplink.mqtt.ScriptedBroker;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.MqttEndpoint;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a conversation can do with its connection, and what it hears. */
class LinkTest {

  private Vertx vertx;
  private ScriptedBroker broker;

  @BeforeEach
  void open() throws Exception {
    vertx = Vertx.vertx();
    broker = ScriptedBroker.listen(vertx);
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private static void await(BooleanSupplier condition) throws Exception {
    for (int i = 0; i < 10_000 && !condition.getAsBoolean(); i++) {
      TimeUnit.MILLISECONDS.sleep(1); // of its state nobody is told
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }

  @Test
  void recordsFlowFromReadyOnAndHistoryIsDoneWhenItHasArrived() throws Exception {
    var acks = new ConcurrentLinkedDeque<Runnable>();
    broker.onPublish =
        (connection, endpoint, message) ->
            acks.add(() -> endpoint.publishAcknowledge(message.messageId()));
    var rig = new LinkRig(vertx);
    rig.outbox.fill(3);
    rig.open(broker.port());
    assertThat(rig.heard()).isEqualTo("open");
    Channel channel = rig.channel();
    assertThat(broker.received).isEmpty();
    rig.call(channel::ready);
    await(() -> acks.size() == 3);
    assertThat(rig.heard).as("it is still under way").isEmpty();
    acks.forEach(Runnable::run);
    assertThat(rig.heard()).isEqualTo("history");
    assertThat(rig.outbox.acked).as("all of it had arrived").hasSize(3);
  }

  @Test
  void withoutHistoryItIsDoneAtOnce() throws Exception {
    var rig = new LinkRig(vertx);
    rig.open(broker.port());
    assertThat(rig.heard()).isEqualTo("open");
    rig.call(rig.channel()::ready);
    assertThat(rig.heard()).isEqualTo("history");
    rig.outbox.fill(2);
    assertThat(rig.acked()).isEqualTo(1);
    assertThat(rig.acked()).isEqualTo(2);
    assertThat(rig.heard).as("told once").isEmpty();
  }

  @Test
  void recordsWithoutMessagesAreDeliveredAndCountForHistory() throws Exception {
    var rig = new LinkRig(vertx);
    rig.words = record -> List.of();
    rig.outbox.fill(500);
    rig.open(broker.port());
    assertThat(rig.heard()).isEqualTo("open");
    rig.call(rig.channel()::ready);
    assertThat(rig.heard()).isEqualTo("history");
    assertThat(rig.outbox.low()).isEqualTo(501);
    assertThat(broker.received).isEmpty();
  }

  @Test
  void whatIsHeldWaitsAndGoesOnInOrder() throws Exception {
    var rig = new LinkRig(vertx);
    rig.open(broker.port());
    rig.heard();
    Channel channel = rig.channel();
    rig.call(channel::ready);
    rig.outbox.fill(3);
    rig.acked();
    rig.acked();
    rig.acked();
    rig.call(() -> channel.hold("the host is away"));
    assertThat(rig.counters.state).isEqualTo(UplinkStats.State.HELD);
    assertThat(rig.counters.detail).isEqualTo("the host is away");
    rig.outbox.fill(3);
    rig.call(() -> {}); // whatever was on its way to the context is through
    rig.call(() -> {});
    assertThat(broker.received).hasSize(3);
    rig.call(channel::ready);
    for (long seq = 4; seq <= 6; seq++) {
      assertThat(rig.acked()).isEqualTo(seq);
    }
    assertThat(rig.counters.state).isEqualTo(UplinkStats.State.CONNECTED);
    assertThat(rig.counters.detail).isEmpty();
  }

  /** Whoever hears that history is done may end it there and then: nothing is sent after that. */
  @Test
  void holdAndEndFromWithinTheNewsThatHistoryIsDone() throws Exception {
    var rig = new LinkRig(vertx);
    var held = new AtomicInteger();
    rig.open(broker.port());
    rig.heard();
    Channel first = rig.channel();
    rig.outbox.fill(1);
    rig.onHistory =
        () -> {
          if (held.incrementAndGet() == 1) {
            first.hold("not yet");
          } else if (held.get() == 2) {
            first.end(new LinkException(LinkFailure.HOST_OFFLINE, "", null));
          }
        };
    rig.call(first::ready);
    assertThat(rig.heard()).isEqualTo("history");
    rig.call(() -> {});
    assertThat(broker.received).as("held in the same breath").isEmpty();
    rig.onHistory = () -> {};
    rig.call(first::ready);
    assertThat(rig.acked()).isEqualTo(1);
    rig.call(() -> first.end(new LinkException(LinkFailure.HOST_OFFLINE, "", null)));
    assertThat(rig.heard()).isEqualTo("ended");
    assertThat(rig.heard()).isEqualTo("open");
    Channel second = rig.channel();
    rig.outbox.fill(1);
    rig.onHistory = () -> second.end(new LinkException(LinkFailure.HOST_OFFLINE, "", null));
    rig.call(second::ready);
    assertThat(rig.heard()).isEqualTo("history");
    assertThat(rig.heard()).isEqualTo("ended");
    rig.onHistory = () -> {};
    assertThat(rig.heard()).isEqualTo("open");
    rig.call(rig.channel()::ready);
    assertThat(rig.acked()).isEqualTo(2);
    assertThat(rig.heard()).isEqualTo("history");
  }

  @Test
  void aConnectorThatIsNeverReadyOrThrowsIsAskedAgainAndComesTooLate() throws Exception {
    // The very first connection may take longer than the one that is impatient below.
    var first = new LinkRig(vertx);
    first.open(broker.port());
    assertThat(first.heard()).isEqualTo("open");
    first.close();
    var rig = new LinkRig(vertx);
    Promise<Conversation> never = Promise.promise();
    var asked = new AtomicInteger();
    rig.begin =
        () ->
            switch (asked.incrementAndGet()) {
              case 1 -> never.future();
              case 2 -> throw new IllegalStateException("meant to happen, in a test");
              default -> io.vertx.core.Future.succeededFuture(rig.new Talk());
            };
    var impatient =
        LinkRig.link(
            broker.port(),
            Duration.ofMillis(1_500),
            Duration.ofSeconds(5),
            Duration.ofMillis(1),
            Duration.ofMillis(20));
    rig.open(impatient, FlowOptions.DEFAULTS);
    assertThat(rig.heard()).isEqualTo("open");
    assertThat(asked).hasValue(3);
    rig.call(() -> never.complete(rig.new Talk()));
    assertThat(rig.heard()).as("of the one that came too late").isEqualTo("ended");
    assertThat(broker.connections).as("with the first").hasValue(2);
  }

  @Test
  void theEndIsToldOnceWhicheverComesFirst() throws Exception {
    var rig = new LinkRig(vertx);
    broker.onPublish = (connection, endpoint, message) -> {};
    rig.outbox.fill(1);
    rig.open(broker.port());
    assertThat(rig.heard()).isEqualTo("open");
    rig.call(rig.channel()::ready);
    await(() -> broker.received.size() == 1);
    MqttEndpoint endpoint = broker.connects.poll(10, TimeUnit.SECONDS);
    vertx.setTimer(50, ignored -> endpoint.close()); // while it waits for the acknowledgement
    rig.close();
    assertThat(rig.heard).containsExactly("ended");
  }

  @Test
  void anAttemptThatIsGivenUpIsToldOnce() throws Exception {
    var rig = new LinkRig(vertx);
    broker.onConnect = (connection, endpoint) -> {};
    rig.open(broker.port());
    assertThat(broker.connects.poll(10, TimeUnit.SECONDS)).isNotNull();
    rig.close();
    assertThat(rig.heard).containsExactly("ended");
  }

  @Test
  void whatComesDownIsCountedByWhatBecomesOfIt() throws Exception {
    var rig = new LinkRig(vertx, "#");
    broker.onConnect =
        (connection, endpoint) -> {
          endpoint.subscribeHandler(
              subscribe ->
                  endpoint.subscribeAcknowledge(
                      subscribe.messageId(), List.of(MqttQoS.AT_LEAST_ONCE)));
          endpoint.accept(false);
        };
    rig.onReceived =
        message ->
            switch (message.topic()) {
              case "bad" -> Conversation.Verdict.MALFORMED;
              case "worse" -> throw new IllegalStateException("meant to happen, in a test");
              case "who" -> Conversation.Verdict.UNKNOWN_TOPIC;
              default -> Conversation.Verdict.TAKEN;
            };
    long begin = System.nanoTime();
    rig.open(broker.port());
    rig.heard();
    MqttEndpoint endpoint = broker.connects.poll(10, TimeUnit.SECONDS);
    for (String topic : List.of("good", "bad", "worse", "who")) {
      endpoint.publish(topic, Buffer.buffer("x"), MqttQoS.AT_LEAST_ONCE, false, false);
    }
    var large = Buffer.buffer(new byte[300 << 10]);
    endpoint.publish("good", large, MqttQoS.AT_LEAST_ONCE, false, false);
    var larger = Buffer.buffer(new byte[2 << 20]);
    endpoint.publish("good", larger, MqttQoS.AT_LEAST_ONCE, false, true);
    await(() -> rig.counters.inbound.values().get("oversize") == 2);
    for (int i = 0; i < 1_000; i++) {
      endpoint.publish("good", Buffer.buffer("x"), MqttQoS.AT_LEAST_ONCE, false, false);
    }
    await(
        () -> {
          var counts = rig.counters.inbound.values();
          return counts.get("taken") + counts.get("flood") == 1_001;
        });
    double seconds = (System.nanoTime() - begin) / 1e9;
    InboundOptions limit = InboundOptions.DEFAULTS;
    long most = 2 * limit.rate() + Math.round(Math.ceil(seconds * limit.rate()));
    assertThat(rig.counters.inbound.values())
        .containsEntry("malformed", 2L)
        .containsEntry("unknown_topic", 1L)
        .hasEntrySatisfying("taken", taken -> assertThat(taken).isBetween(90L, most));
    assertThat(broker.connections).hasValue(1);
    assertThat(rig.counters.state).isEqualTo(UplinkStats.State.CONNECTING);
  }

  /** Such a one is retained: it comes again after each SUBSCRIBE. */
  @Test
  void aMessageThatEndsEveryConnectionMakesTheUplinkDeafNotDumb() throws Exception {
    var rig = new LinkRig(vertx, "commands/#");
    broker.onConnect =
        (connection, endpoint) -> {
          endpoint.subscribeHandler(
              subscribe -> {
                endpoint.subscribeAcknowledge(
                    subscribe.messageId(), List.of(MqttQoS.AT_LEAST_ONCE));
                endpoint.publish(
                    "commands/x",
                    Buffer.buffer(new byte[(16 << 20) + 1]),
                    MqttQoS.AT_LEAST_ONCE,
                    false,
                    true);
              });
          endpoint.accept(false);
        };
    rig.outbox.fill(2);
    rig.open(broker.port());
    await(() -> broker.connections.get() == Deafness.IN_A_ROW + 1 && rig.channels.size() >= 1);
    for (int i = 0; i < 4; i++) {
      Channel channel = rig.channel();
      rig.call(channel::ready);
      if (rig.counters.detail.contains("receives nothing")) {
        break;
      }
    }
    assertThat(rig.counters.detail).contains("receives nothing");
    assertThat(rig.acked()).isEqualTo(1);
    assertThat(rig.acked()).isEqualTo(2);
    assertThat(broker.connections).hasValue(Deafness.IN_A_ROW + 1);
  }
}
