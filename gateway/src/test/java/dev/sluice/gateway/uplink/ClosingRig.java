package dev.sluice.gateway.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.uplink.mqtt.ScriptedBroker;
import io.vertx.core.Vertx;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.messages.MqttPublishMessage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * A broker that does what a test tells it to, and an uplink to it, for the tests that extend this.
 */
abstract class ClosingRig {

  static final Duration ACK = Duration.ofSeconds(5);
  static final Duration SHORT = Duration.ofMillis(20);
  static final Duration MINUTE = Duration.ofSeconds(60);

  @TempDir Path directory;

  Vertx vertx;
  ScriptedBroker broker;
  LinkRig rig;

  @BeforeEach
  void open() throws Exception {
    vertx = Vertx.vertx();
    broker = ScriptedBroker.listen(vertx);
    rig = new LinkRig(vertx);
    rig.readyAtOnce = true;
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  void await(Duration limit, BooleanSupplier condition) throws Exception {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean() && System.nanoTime() - end < 0) {
      TimeUnit.MILLISECONDS.sleep(2); // of its state nobody is told
    }
    assertThat(condition.getAsBoolean()).as("%s", rig.stats()).isTrue();
  }

  void allArrive(int count) throws Exception {
    Set<Long> acked = new HashSet<>();
    while (acked.size() < count) {
      Long seq = rig.outbox.acked.poll(20, TimeUnit.SECONDS);
      assertThat(seq).as("after %d, %s", acked.size(), rig.stats()).isNotNull().isPositive();
      acked.add(seq);
    }
  }

  List<String> dead() {
    return rig.heard.stream().filter(heard -> heard.startsWith("dead")).toList();
  }

  static boolean is(MqttPublishMessage message, int seq) {
    return message.payload().toString().equals(Integer.toString(seq));
  }

  static void ack(MqttEndpoint endpoint, MqttPublishMessage message) {
    if (endpoint.isConnected()) {
      endpoint.publishAcknowledge(message.messageId());
    }
  }
}
