package dev.sluice.gateway.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.driver.ValueType;
import dev.sluice.gateway.batch.DeviceStateRecord;
import dev.sluice.gateway.outbox.CursorStart;
import dev.sluice.gateway.outbox.GapRecord;
import dev.sluice.gateway.outbox.RecordKind;
import dev.sluice.gateway.uplink.connector.BareSite;
import dev.sluice.gateway.uplink.connector.Compression;
import dev.sluice.gateway.uplink.connector.DataRecords;
import dev.sluice.gateway.uplink.connector.Form;
import dev.sluice.gateway.uplink.connector.Lane;
import dev.sluice.gateway.uplink.connector.MqttOptions;
import dev.sluice.gateway.uplink.connector.Seed;
import dev.sluice.gateway.uplink.mqtt.Monotonic;
import dev.sluice.gateway.uplink.mqtt.ScriptedBroker;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.vertx.core.Vertx;
import io.vertx.mqtt.MqttEndpoint;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Records into a scripted broker, through every kind of trouble, and what the cursor was told. */
class UplinkVerticleTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TOPIC = "site/plant-7/readings";
  private static final String STATUS = "site/plant-7/status";

  private final FakeOutbox outbox = new FakeOutbox();
  private Vertx vertx;
  private ScriptedBroker broker;
  private UplinkVerticle uplink;
  private String deployment;

  @BeforeEach
  void open() throws Exception {
    vertx = Vertx.vertx();
    broker = ScriptedBroker.listen(vertx);
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private UplinkOptions options(
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
            Duration.ofSeconds(2),
            ackTimeout,
            Duration.ofMillis(1),
            Duration.ofMillis(20),
            Duration.ofSeconds(20)),
        5,
        FlowOptions.DEFAULTS);
  }

  private void start() throws Exception {
    start(options(broker.port(), 8, 1 << 20, 128 << 10, Duration.ofSeconds(5)));
  }

  private void start(UplinkOptions options) throws Exception {
    uplink =
        new UplinkVerticle(
            options,
            outbox,
            () -> "S1",
            outbox::append,
            null,
            BareSite.bare(),
            new Monotonic(),
            Seed.random());
    deployment =
        vertx
            .deployVerticle(uplink)
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);
  }

  private void stop() throws Exception {
    vertx.undeploy(deployment).toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private List<Long> acked(int count) throws Exception {
    var acked = new ArrayList<Long>();
    while (acked.size() < count) {
      Long seq = outbox.acked.poll(20, TimeUnit.SECONDS);
      assertThat(seq).as("after %s, %s", acked, uplink.stats()).isNotNull();
      acked.add(seq);
    }
    return acked;
  }

  private void await(Predicate<UplinkStats> condition) throws Exception {
    for (int i = 0; i < 1_000 && !condition.test(uplink.stats()); i++) {
      TimeUnit.MILLISECONDS.sleep(10); // a snapshot tells no one that it changed
    }
    assertThat(uplink.stats()).matches(condition);
  }

  private List<JsonNode> received(String topic) throws Exception {
    var messages = new ArrayList<JsonNode>();
    for (ScriptedBroker.Received one : broker.received) {
      if (one.topic().equals(topic)) {
        messages.add(JSON.readTree(one.payload().getBytes()));
      }
    }
    return messages;
  }

  private static boolean isData(io.vertx.mqtt.messages.MqttPublishMessage message) {
    return message.topicName().equals(TOPIC);
  }

  private static List<Long> upTo(long last) {
    var seqs = new ArrayList<Long>();
    for (long seq = 1; seq <= last; seq++) {
      seqs.add(seq);
    }
    return seqs;
  }

  @Test
  void whatWasWaitingIsHistoryAndWhatComesIsLive() throws Exception {
    outbox.fill(20);
    start();
    assertThat(acked(20)).isEqualTo(upTo(20));
    assertThat(uplink.stats().lane()).isEqualTo(Lane.HISTORY);
    outbox.fill(5);
    acked(5);
    List<JsonNode> messages = received(TOPIC);
    assertThat(messages).hasSize(25);
    long low = 0;
    for (int i = 0; i < 25; i++) {
      JsonNode message = messages.get(i);
      assertThat(message.path("seq").asLong()).isEqualTo(i + 1);
      assertThat(message.path("lane").asText("live")).isEqualTo(i < 20 ? "history" : "live");
      assertThat(message.path("stream").asText()).isEqualTo("S1");
      assertThat(message.at("/devices/meter/0/v/count").asLong()).isEqualTo(i + 1);
      assertThat(message.path("low").asLong()).isBetween(low, (long) i + 1);
      low = message.path("low").asLong();
    }
    await(stats -> stats.ackedRecords() == 25 && stats.backlog() == 0);
    UplinkStats stats = uplink.stats();
    assertThat(stats.state()).isEqualTo(UplinkStats.State.CONNECTED);
    assertThat(stats.reason()).isEmpty();
    assertThat(stats.published()).isEqualTo(25);
    assertThat(stats.acked()).isEqualTo(25);
    assertThat(stats.resent()).isZero();
    assertThat(stats.inFlightMessages()).isZero();
    assertThat(stats.lagMillis()).isZero();
    assertThat(stats.lane()).isEqualTo(Lane.LIVE);
    assertThat(stats.lastConnectMillis()).isPositive();
  }

  @Test
  void everyKindOfRecordIsSentInOrder() throws Exception {
    outbox.fill(1);
    outbox.append(
        RecordKind.DEVICE_STATE,
        new DeviceStateRecord("meter", 2_000, true, false, "timeout").encode(),
        0);
    outbox.append(RecordKind.GAP, new GapRecord(1, 9, 3, "bytes").encode(), 0);
    start();
    assertThat(acked(3)).isEqualTo(upTo(3));
    List<JsonNode> messages = received(TOPIC);
    assertThat(messages.get(0).has("devices")).isTrue();
    assertThat(messages.get(1).at("/state/meter/reason").asText()).isEqualTo("timeout");
    assertThat(messages.get(2).at("/gap/last").asLong()).isEqualTo(9);
    assertThat(messages.get(2).path("seq").asLong()).isEqualTo(3);
  }

  @Test
  void statusIsOnlineBeforeAnythingAndOfflineAfterEverything() throws Exception {
    outbox.fill(3);
    start();
    acked(3);
    MqttEndpoint endpoint = broker.connects.poll(10, TimeUnit.SECONDS);
    assertThat(endpoint.will().getWillTopic()).isEqualTo(STATUS);
    assertThat(JSON.readTree(endpoint.will().getWillMessageBytes()).path("status").asText())
        .isEqualTo("offline");
    stop();
    var all = new ArrayList<>(broker.received);
    assertThat(all.get(0).topic()).isEqualTo(STATUS);
    assertThat(all.get(0).retained()).isTrue();
    assertThat(all.get(all.size() - 1).topic()).isEqualTo(STATUS);
    List<JsonNode> statuses = received(STATUS);
    assertThat(statuses)
        .extracting(s -> s.path("status").asText())
        .containsExactly("online", "offline");
    assertThat(statuses.get(0).path("t").asLong()).isPositive();
    assertThat(broker.disconnects.poll(10, TimeUnit.SECONDS)).isSameAs(endpoint);
    assertThat(uplink.stats().state()).isEqualTo(UplinkStats.State.STOPPED);
  }

  @Test
  void stoppingWaitsForWhatIsInFlightAndSendsNoMore() throws Exception {
    Deque<Runnable> later = new ConcurrentLinkedDeque<>();
    broker.onPublish =
        (connection, endpoint, message) -> {
          Runnable ack = () -> endpoint.publishAcknowledge(message.messageId());
          if (isData(message)) {
            later.add(ack);
          } else {
            ack.run();
            later.forEach(Runnable::run);
          }
        };
    outbox.fill(20);
    start();
    await(stats -> stats.inFlightMessages() == 8);
    stop();
    assertThat(acked(8)).isEqualTo(upTo(8));
    assertThat(outbox.acked).isEmpty();
    assertThat(received(TOPIC)).hasSize(8);
  }

  @Test
  void stoppingDoesNotWaitForADeadBroker() throws Exception {
    broker.onPublish =
        (connection, endpoint, message) -> {
          if (broker.received.size() == 1) {
            endpoint.publishAcknowledge(message.messageId());
          }
        };
    outbox.fill(20);
    start();
    await(stats -> stats.inFlightMessages() == 8);
    long begin = System.nanoTime();
    stop();
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
    assertThat(outbox.acked).isEmpty();
  }

  @Test
  void theWindowHoldsInMessages() throws Exception {
    windowHolds(options(broker.port(), 5, 1 << 20, 128 << 10, Duration.ofSeconds(20)), 5, 1 << 20);
  }

  @Test
  void theWindowHoldsInBytes() throws Exception {
    windowHolds(options(broker.port(), 500, 4_096, 4_096, Duration.ofSeconds(20)), 40, 4_096);
  }

  private void windowHolds(UplinkOptions options, int messages, int bytes) throws Exception {
    Deque<Runnable> unacknowledged = new ArrayDeque<>();
    var most = new AtomicInteger();
    broker.onPublish =
        (connection, endpoint, message) -> {
          Runnable ack = () -> endpoint.publishAcknowledge(message.messageId());
          if (!isData(message)) {
            ack.run();
            return;
          }
          unacknowledged.add(ack);
          most.accumulateAndGet(unacknowledged.size(), Math::max);
          if (unacknowledged.size() == 1) {
            vertx.setTimer(20, ignored -> acknowledgeAll(unacknowledged));
          }
        };
    outbox.fill(200);
    start(options);
    int seen = 0;
    for (int i = 0; i < 200; i++) {
      acked(1);
      seen = Math.max(seen, uplink.stats().inFlightBytes());
    }
    assertThat(most.get()).isBetween(2, messages);
    assertThat(seen).isLessThanOrEqualTo(bytes);
    assertThat(broker.connections).hasValue(1);
  }

  private static void acknowledgeAll(Deque<Runnable> unacknowledged) {
    var now = new ArrayList<>(unacknowledged);
    unacknowledged.clear();
    now.forEach(Runnable::run);
  }

  @Test
  void aBrokerThatRefusesAndIsSilentIsTriedUntilItAccepts() throws Exception {
    broker.onConnect =
        (connection, endpoint) -> {
          switch (connection) {
            case 1, 2, 3, 4, 5 -> endpoint.reject(MqttConnectReturnCode.valueOf((byte) connection));
            case 6 -> {} // silent
            case 7 -> endpoint.close();
            default -> endpoint.accept(false);
          }
        };
    outbox.fill(3);
    start();
    assertThat(acked(3)).isEqualTo(upTo(3));
    UplinkStats stats = uplink.stats();
    assertThat(stats.attempts()).isEqualTo(8);
    assertThat(stats.connects()).isEqualTo(1);
    assertThat(stats.failures())
        .containsEntry("refused_credentials", 1L)
        .containsEntry("refused_not_authorized", 1L)
        .containsEntry("no_answer", 1L)
        .containsEntry("closed", 1L);
  }

  @Test
  void aBrokerThatComesLateIsFound() throws Exception {
    int port = broker.port();
    broker.close();
    outbox.fill(3);
    start(options(port, 8, 1 << 20, 128 << 10, Duration.ofSeconds(5)));
    await(stats -> stats.failures().getOrDefault("connection_refused", 0L) >= 3);
    UplinkStats down = uplink.stats();
    assertThat(down.reason()).isEqualTo("connection_refused");
    assertThat(down.detail()).contains("nothing listens");
    assertThat(down.backlog()).isEqualTo(3);
    await(stats -> stats.lagMillis() > 1_000_000);
    broker = ScriptedBroker.listen(vertx, new io.vertx.mqtt.MqttServerOptions(), port);
    assertThat(acked(3)).isEqualTo(upTo(3));
  }

  /** Whatever happens on the way, each record arrives at least once and is acknowledged once. */
  @Test
  void cutsAtRandomMomentsLoseNothing() throws Exception {
    Random random = Seed.random();
    int records = Boolean.getBoolean("sluice.long") ? 20_000 : 400;
    broker.onPublish =
        (connection, endpoint, message) -> {
          int dice = isData(message) ? random.nextInt(60) : 59;
          if (dice == 0) {
            endpoint.close();
          } else if (dice == 1) {
            endpoint.publishAcknowledge(message.messageId());
            endpoint.close();
          } else if (dice == 2) {
            endpoint.publishAcknowledge(60_000);
            endpoint.publishAcknowledge(message.messageId());
            endpoint.publishAcknowledge(message.messageId());
          } else if (endpoint.isConnected()) {
            endpoint.publishAcknowledge(message.messageId());
          }
        };
    outbox.fill(records / 2);
    // Cut this often under load it would take the broker for one that throttles, and slow down.
    var unslowed =
        new FlowOptions(
            CursorStart.NOW,
            Order.LIVE_FIRST,
            25,
            RateLimit.NONE,
            RateLimit.NONE,
            0,
            InboundOptions.DEFAULTS);
    start(options(broker.port(), 8, 1 << 20, 128 << 10, Duration.ofSeconds(5)).with(unslowed));
    outbox.fill(records - records / 2);
    assertThat(new HashSet<>(acked(records))).isEqualTo(new HashSet<>(upTo(records)));
    assertThat(outbox.acked).isEmpty();
    var counts = new HashMap<Long, Integer>();
    for (JsonNode message : received(TOPIC)) {
      assertThat(message.has("gap")).isFalse();
      counts.merge(message.path("seq").asLong(), 1, Integer::sum);
    }
    assertThat(counts.keySet()).hasSize(records);
    UplinkStats stats = uplink.stats();
    assertThat(stats.connects()).isGreaterThan(1);
    assertThat(stats.resent()).isPositive();
    assertThat(stats.refused()).isZero();
    assertThat(stats.strayAcks()).isPositive();
  }

  @Test
  void missingAcknowledgementsLeadToAnotherConnection() throws Exception {
    broker.onPublish =
        (connection, endpoint, message) -> {
          if (connection > 1 || !isData(message)) {
            endpoint.publishAcknowledge(message.messageId());
          }
        };
    outbox.fill(30);
    start(options(broker.port(), 8, 1 << 20, 128 << 10, Duration.ofMillis(200)));
    assertThat(acked(30)).isEqualTo(upTo(30));
    UplinkStats stats = uplink.stats();
    assertThat(stats.failures()).containsEntry("ack_timeout", 1L);
    assertThat(stats.resent()).isEqualTo(8);
    // The same packets came again on a connection of their own.
    var first = new ArrayList<Long>();
    for (ScriptedBroker.Received one : broker.received) {
      if (one.connection() == 1 && one.topic().equals(TOPIC)) {
        first.add(JSON.readTree(one.payload().getBytes()).path("seq").asLong());
      }
    }
    assertThat(first).isEqualTo(upTo(8));
  }

  @Test
  void aRecordThatTheBrokerRefusesIsSetAsideAndTheOthersGetThrough() throws Exception {
    outbox.fill(4);
    outbox.append(
        RecordKind.DATA,
        new DataRecords().column("x", ValueType.STRING).row("poison", 1_000, "!").payload(),
        17);
    outbox.fill(5);
    var poison = new HashMap<Integer, List<Boolean>>();
    var poisoned = new HashSet<Integer>();
    broker.onPublish =
        (connection, endpoint, message) -> {
          boolean isPoison = message.payload().toString().contains("poison");
          if (isData(message)) {
            poison.computeIfAbsent(connection, first -> new ArrayList<>()).add(isPoison);
          }
          if (isPoison) {
            // Late, so that what travels beside it is seen.
            poisoned.add(connection);
            vertx.setTimer(50, ignored -> endpoint.close());
          } else if (!poisoned.contains(connection)) {
            endpoint.publishAcknowledge(message.messageId());
          }
        };
    start();
    List<Long> acked = acked(11);
    assertThat(new HashSet<>(acked)).isEqualTo(new HashSet<>(upTo(11)));
    List<JsonNode> gaps = received(TOPIC).stream().filter(message -> message.has("gap")).toList();
    assertThat(gaps).hasSize(1);
    assertThat(gaps.get(0).toString())
        .contains("\"gap\":{\"first\":5,\"last\":5,\"count\":17,\"reason\":\"refused\"}");
    assertThat(uplink.stats().refused()).isEqualTo(1);
    assertThat(uplink.stats().connects()).isEqualTo(6);
    assertThat(poison.get(2)).hasSizeGreaterThan(1);
    assertThat(poison.get(4)).as("under suspicion it travels alone").containsExactly(true);
    assertThat(poison.get(5)).as("on trial after another one").containsExactly(false, true);
  }

  /** Acknowledgements that are late make the wrong record look guilty at first. */
  @Test
  void aRecordThatIsOnlyNextToARefusedOneIsDeliveredAllTheSame() throws Exception {
    outbox.fill(2);
    outbox.append(
        RecordKind.DATA,
        new DataRecords().column("x", ValueType.STRING).row("poison", 1_000, "!").payload(),
        1);
    outbox.fill(3);
    broker.onPublish =
        (connection, endpoint, message) -> {
          if (!isData(message)) {
            endpoint.publishAcknowledge(message.messageId());
          } else if (message.payload().toString().contains("poison")) {
            endpoint.close();
          } else {
            vertx.setTimer(30, ignored -> acknowledge(endpoint, message.messageId()));
          }
        };
    start();
    assertThat(new HashSet<>(acked(7))).isEqualTo(new HashSet<>(upTo(7)));
    assertThat(received(TOPIC).stream().filter(m -> m.has("gap")).map(m -> m.at("/gap/first")))
        .extracting(JsonNode::asLong)
        .containsOnly(3L);
    assertThat(uplink.stats().refused()).isEqualTo(1);
  }

  private static void acknowledge(MqttEndpoint endpoint, int id) {
    if (endpoint.isConnected()) {
      endpoint.publishAcknowledge(id);
    }
  }

  @Test
  void bytesThatAreNoRecordAreSetAsideAtOnce() throws Exception {
    outbox.fill(1);
    outbox.append(RecordKind.DATA, new byte[] {1, 2, 3}, 9);
    outbox.append(RecordKind.GAP, new byte[] {7}, 0);
    outbox.append(RecordKind.DEVICE_STATE, new byte[0], 0);
    outbox.failingAppends.set(2); // the announcement itself meets a full disk
    start();
    assertThat(new HashSet<>(acked(7))).hasSize(7);
    assertThat(outbox.low()).isEqualTo(outbox.next());
    assertThat(uplink.stats().refused()).isEqualTo(3);
    assertThat(broker.connections).hasValue(1);
    assertThat(received(TOPIC).stream().filter(m -> m.has("gap")).map(m -> m.at("/gap/first")))
        .extracting(JsonNode::asLong)
        .containsExactlyInAnyOrder(2L, 3L, 4L);
  }

  @Test
  void aReadThatFailsIsTriedAgain() throws Exception {
    outbox.fill(3);
    outbox.failingReads.set(3);
    start();
    assertThat(acked(3)).isEqualTo(upTo(3));
    assertThat(uplink.stats().readFailures()).isEqualTo(3);
  }

  @Test
  void aLargeRecordGoesInPartsAndIsAcknowledgedWhenAllAre() throws Exception {
    var large = new DataRecords().column("count", ValueType.UINT32);
    for (int i = 0; i < 1_000; i++) {
      large.row("meter", 1_000 + i, (long) i);
    }
    outbox.append(RecordKind.DATA, large.payload(), 1_000);
    Map<Integer, Integer> dropped = new HashMap<>();
    broker.onPublish =
        (connection, endpoint, message) -> {
          boolean third = message.payload().toString().contains("\"part\":[3,");
          if (third && dropped.merge(connection, 1, Integer::sum) == 1 && connection == 1) {
            return; // of all parts one is not acknowledged
          }
          endpoint.publishAcknowledge(message.messageId());
        };
    start(options(broker.port(), 8, 1 << 20, 4_096, Duration.ofMillis(300)));
    assertThat(acked(1)).containsExactly(1L);
    assertThat(uplink.stats().connects()).isEqualTo(2);
    var seen = new HashSet<Long>();
    for (ScriptedBroker.Received one : broker.received) {
      if (one.topic().equals(TOPIC) && one.connection() == 2) {
        JsonNode message = JSON.readTree(one.payload().getBytes());
        assertThat(one.payload().length()).isLessThanOrEqualTo(4_096);
        message.at("/devices/meter").forEach(row -> seen.add(row.at("/v/count").asLong()));
      }
    }
    assertThat(seen).hasSize(1_000);
  }
}
