package dev.sluice.gateway.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.uplink.mqtt.ScriptedBroker;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.MqttEndpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker that acknowledges what it drops is found before anything is lost. */
class LoopbackCheckTest {

  private static final String TOPIC = "site/plant-7/readings";
  private static final Duration NEVER = Duration.ofMinutes(5);

  @TempDir Path directory;
  private Vertx vertx;

  @BeforeEach
  void open() {
    vertx = Vertx.vertx();
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private static LinkOptions link(int port, Duration ackTimeout) {
    String url = "tcp://127.0.0.1:" + port;
    return ReachRig.patient(url, ackTimeout, NEVER, new Reach(List.of(), null, true));
  }

  /** It does not matter how late the copy comes. */
  private static LinkOptions link(int port) {
    return link(port, Duration.ofSeconds(20));
  }

  private static UplinkServer found(int port, String outcome) {
    return new UplinkServer(0, 1, "tcp://127.0.0.1:" + port, outcome);
  }

  private static long dropped(UplinkStats stats) {
    return stats.failures().getOrDefault("acked_and_dropped", 0L);
  }

  @Test
  void nothingCountsAsDeliveredUntilTheRulesOfMosquittoLetItThrough() throws Exception {
    Path rules = Files.writeString(directory.resolve("acl"), "topic site/plant-7/status\n");
    try (var broker =
            RealBroker.start(directory, "allow_anonymous true\nacl_file " + rules + "\n");
        var rig = new ReachRig(vertx)) {
      rig.outbox.fill(20);
      rig.start(link(broker.port(), Duration.ofMillis(1_500)));
      // In words only until the next try, which may come at once.
      UplinkStats stats =
          rig.await(
              "found twice, and said",
              s -> dropped(s) >= 2 && s.reason().equals("acked_and_dropped"));
      assertThat(stats.server()).isEqualTo(found(broker.port(), "dropped"));
      assertThat(stats.detail()).contains(TOPIC, "access rules");
      assertThat(stats.acked()).isZero();
      assertThat(rig.outbox.acked).isEmpty();
      // The next connection may stand by now, but as long as this is said nothing is sent in it.
      // Whose acknowledgement came too late, on a slow machine, may have been sent or not.
      long tries = dropped(stats);
      long late = stats.failures().getOrDefault("ack_timeout", 0L);
      assertThat(stats.published()).as("one for each try").isBetween(tries, tries + late);
      assertThat(stats.connects() - tries - late).as("tries that go on").isBetween(0L, 1L);

      try (var consumer = Consumer.of(broker.port(), TOPIC)) {
        Files.writeString(rules, "topic site/plant-7/status\ntopic site/#\n");
        broker.signal("HUP");
        rig.awaitAcked(20);
        assertThat(rig.stats().server().loopback()).isEqualTo("delivered");
        for (int i = 0; i < 2_000 && consumer.receivedCount() < 20; i++) {
          TimeUnit.MILLISECONDS.sleep(10); // mosquitto acknowledges first
        }
        assertThat(consumer.receivedCount()).isEqualTo(20);
      }
    }
  }

  @Test
  void whatComesBackIsDeliveredTheTopicIsLeftAndTheNextConnectionAsksNoMore() throws Exception {
    var unsubscribed = new LinkedBlockingQueue<List<String>>();
    try (var broker = ScriptedBroker.listen(vertx);
        var rig = new ReachRig(vertx)) {
      broker.onConnect =
          (connection, endpoint) -> {
            grants(endpoint, MqttQoS.AT_LEAST_ONCE);
            endpoint.unsubscribeHandler(asked -> unsubscribed.add(asked.topics()));
            endpoint.accept(false);
          };
      broker.onPublish =
          (connection, endpoint, message) -> {
            // Something else on the topic is no copy, and no command for the conversation either.
            send(endpoint, message.topicName(), Buffer.buffer("other"));
            send(endpoint, message.topicName(), message.payload());
            endpoint.publishAcknowledge(message.messageId());
          };
      rig.outbox.fill(5);
      rig.start(link(broker.port()));
      rig.awaitAcked(5);
      assertThat(rig.stats().server()).isEqualTo(found(broker.port(), "delivered"));
      assertThat(unsubscribed.poll(10, TimeUnit.SECONDS)).containsExactly(TOPIC);
      MqttEndpoint endpoint = broker.connects.poll(10, TimeUnit.SECONDS);
      vertx.runOnContext(ignored -> endpoint.close());
      rig.await("connected again", s -> s.connects() == 2);
      rig.outbox.fill(1);
      assertThat(rig.outbox.acked.poll(10, TimeUnit.SECONDS)).isEqualTo(6);
      assertThat(unsubscribed).isEmpty();
    }
  }

  /** The same bytes later do not count: until then everything else waits. */
  @Test
  void nothingElseIsSentWhileTheCopyIsAwaited() throws Exception {
    var copies = new LinkedBlockingQueue<Runnable>();
    try (var broker = ScriptedBroker.listen(vertx);
        var rig = new ReachRig(vertx)) {
      broker.onConnect =
          (connection, endpoint) -> {
            grants(endpoint, MqttQoS.AT_LEAST_ONCE);
            endpoint.accept(false);
          };
      broker.onPublish =
          (connection, endpoint, message) -> {
            endpoint.publishAcknowledge(message.messageId());
            if (message.topicName().equals(TOPIC)) {
              Buffer payload = message.payload().copy();
              copies.add(() -> send(endpoint, TOPIC, payload));
            }
          };
      rig.outbox.fill(20);
      rig.start(link(broker.port()));
      Runnable copy = copies.poll(10, TimeUnit.SECONDS);
      assertThat(copies.poll(300, TimeUnit.MILLISECONDS)).as("another message").isNull();
      assertThat(rig.outbox.acked).isEmpty();
      vertx.runOnContext(ignored -> copy.run());
      rig.awaitAcked(20);
    }
  }

  @Test
  void whereItMayNotSubscribeTheCheckIsLeftOut() throws Exception {
    try (var broker = ScriptedBroker.listen(vertx);
        var rig = new ReachRig(vertx)) {
      broker.onConnect =
          (connection, endpoint) -> {
            grants(endpoint, MqttQoS.FAILURE);
            endpoint.accept(false);
          };
      rig.outbox.fill(5);
      rig.start(link(broker.port()));
      rig.awaitAcked(5);
      assertThat(rig.stats().server()).isEqualTo(found(broker.port(), "not_allowed"));
      assertThat(broker.connections).hasValue(1);
    }
  }

  @Test
  void whoClosesTheConnectionOverTheSubscriptionIsNotAskedForEver() throws Exception {
    try (var broker = ScriptedBroker.listen(vertx);
        var rig = new ReachRig(vertx)) {
      broker.onConnect =
          (connection, endpoint) -> {
            endpoint.subscribeHandler(asked -> endpoint.close());
            endpoint.accept(false);
          };
      rig.outbox.fill(5);
      rig.start(link(broker.port()));
      rig.awaitAcked(5);
      assertThat(rig.stats().server()).isEqualTo(found(broker.port(), "not_allowed"));
      // Once may be a restart of the broker; after the third time it is taken for an answer.
      assertThat(broker.connections).hasValue(4);
    }
  }

  private static void grants(MqttEndpoint endpoint, MqttQoS level) {
    endpoint.subscribeHandler(
        asked -> endpoint.subscribeAcknowledge(asked.messageId(), List.of(level)));
  }

  private static void send(MqttEndpoint endpoint, String topic, Buffer payload) {
    endpoint.publish(topic, payload, MqttQoS.AT_MOST_ONCE, false, false);
  }
}
