package dev.sluice.gateway.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.gateway.uplink.connector.BareSite;
import dev.sluice.gateway.uplink.connector.Compression;
import dev.sluice.gateway.uplink.connector.Form;
import dev.sluice.gateway.uplink.connector.MqttOptions;
import dev.sluice.gateway.uplink.connector.Seed;
import dev.sluice.gateway.uplink.mqtt.Monotonic;
import dev.sluice.gateway.uplink.mqtt.ScriptedBroker;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** An uplink into a scripted broker, for the tests that extend this. */
abstract class UplinkRig {

  static final ObjectMapper JSON = new ObjectMapper();
  static final String TOPIC = "site/plant-7/readings";

  /** By the clock of the test. */
  static final Duration ACK_TIMEOUT = Duration.ofSeconds(5);

  final FakeOutbox outbox = new FakeOutbox();
  final Monotonic time = new Monotonic();
  Duration connectTimeout = Duration.ofSeconds(10);
  Vertx vertx;
  ScriptedBroker broker;
  UplinkVerticle uplink;
  String deployment;

  @BeforeEach
  void open() throws Exception {
    vertx = Vertx.vertx();
    broker = ScriptedBroker.listen(vertx);
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  UplinkOptions options(
      int port, int windowMessages, int windowBytes, int maxMessageBytes, Duration ackTimeout) {
    return new UplinkOptions(
        "cloud",
        "plant-7",
        new MqttOptions(
            "site/{gateway}/readings", Form.JSON, Compression.NONE, "site/{gateway}/status"),
        new LinkOptions(
            URI.create("tcp://127.0.0.1:" + port),
            "client",
            null,
            null,
            null,
            null,
            windowMessages,
            windowBytes,
            maxMessageBytes,
            Duration.ofSeconds(30),
            connectTimeout,
            ackTimeout,
            Duration.ofMillis(1),
            Duration.ofMillis(20),
            Duration.ofSeconds(20)),
        5,
        FlowOptions.DEFAULTS);
  }

  void start() throws Exception {
    start(options(broker.port(), 8, 1 << 20, 128 << 10, ACK_TIMEOUT));
  }

  void start(UplinkOptions options) throws Exception {
    uplink =
        new UplinkVerticle(
            options,
            outbox,
            () -> "S1",
            outbox::append,
            null,
            BareSite.bare(),
            time,
            Seed.random());
    deployment =
        vertx
            .deployVerticle(uplink)
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);
  }

  void stop() throws Exception {
    vertx.undeploy(deployment).toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  List<Long> acked(int count) throws Exception {
    var acked = new ArrayList<Long>();
    while (acked.size() < count) {
      Long seq = outbox.acked.poll(20, TimeUnit.SECONDS);
      assertThat(seq).as("after %s, %s", acked, uplink.stats()).isNotNull();
      acked.add(seq);
    }
    return acked;
  }

  /** Between two things that the uplink does: its figures are of one moment. */
  UplinkStats stats() throws Exception {
    return outbox.after(uplink::stats);
  }

  UplinkStats await(Predicate<UplinkStats> condition) throws Exception {
    UplinkStats stats = stats();
    for (int i = 0; i < 2_000 && !condition.test(stats); i++) {
      TimeUnit.MILLISECONDS.sleep(10); // a snapshot tells no one that it changed
      stats = stats();
    }
    assertThat(stats).matches(condition);
    return stats;
  }

  List<JsonNode> received(String topic) throws Exception {
    var messages = new ArrayList<JsonNode>();
    for (ScriptedBroker.Received one : broker.received) {
      if (one.topic().equals(topic)) {
        messages.add(JSON.readTree(one.payload().getBytes()));
      }
    }
    return messages;
  }

  static boolean isData(io.vertx.mqtt.messages.MqttPublishMessage message) {
    return message.topicName().equals(TOPIC);
  }

  static List<Long> upTo(long last) {
    var seqs = new ArrayList<Long>();
    for (long seq = 1; seq <= last; seq++) {
      seqs.add(seq);
    }
    return seqs;
  }
}
