package dev.sluice.gateway.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.driver.ValueType;
import dev.sluice.driver.testkit.HeldPort;
import dev.sluice.gateway.outbox.CursorStart;
import dev.sluice.gateway.outbox.RecordKind;
import dev.sluice.gateway.uplink.connector.DataRecords;
import dev.sluice.gateway.uplink.connector.Seed;
import dev.sluice.gateway.uplink.mqtt.ScriptedBroker;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.vertx.mqtt.MqttEndpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Brokers that are silent, late, cut or refusing, and records that nobody takes. */
class UplinkTroubleTest extends UplinkRig {

  private static void acknowledge(MqttEndpoint endpoint, int id) {
    if (endpoint.isConnected()) {
      endpoint.publishAcknowledge(id);
    }
  }

  private static void close(MqttEndpoint endpoint) {
    if (endpoint.isConnected()) {
      endpoint.close();
    }
  }

  @Test
  void aBrokerThatRefusesAndIsSilentIsTriedUntilItAccepts() throws Exception {
    // The very first connection may take long, over which a slow machine would be called silent.
    outbox.fill(1);
    start();
    acked(1);
    stop();
    var connections = new AtomicInteger();
    broker.onConnect =
        (ignored, endpoint) -> {
          int connection = connections.incrementAndGet();
          switch (connection) {
            case 1, 2, 3, 4, 5 -> endpoint.reject(MqttConnectReturnCode.valueOf((byte) connection));
            case 6 -> {} // silent
            case 7 -> endpoint.close();
            default -> endpoint.accept(false);
          }
        };
    outbox.fill(3);
    connectTimeout = Duration.ofSeconds(3);
    start();
    assertThat(acked(3)).containsExactly(2L, 3L, 4L);
    UplinkStats stats = stats();
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
    try (var late = HeldPort.take()) {
      outbox.fill(3);
      start(options(late.port(), 8, 1 << 20, 128 << 10, ACK_TIMEOUT));
      UplinkStats down =
          await(stats -> stats.failures().getOrDefault("connection_refused", 0L) >= 3);
      assertThat(down.reason()).isEqualTo("connection_refused");
      assertThat(down.detail()).contains("nothing listens");
      assertThat(down.backlog()).isEqualTo(3);
      await(stats -> stats.lagMillis() > 1_000_000);
      broker = ScriptedBroker.listen(vertx, new io.vertx.mqtt.MqttServerOptions(), late.port());
      assertThat(acked(3)).isEqualTo(upTo(3));
    }
  }

  /** Whatever happens on the way, each record arrives at least once and is acknowledged once. */
  @Test
  void cutsAtRandomMomentsLoseNothing() throws Exception {
    Random random = Seed.random();
    int records = Boolean.getBoolean("sluice.long") ? 20_000 : 400;
    var number = new AtomicInteger();
    broker.onPublish =
        (connection, endpoint, message) -> {
          int dice = isData(message) ? dice(number.incrementAndGet(), random) : 59;
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
    UplinkStats stats = stats();
    assertThat(stats.connects()).isGreaterThan(1);
    assertThat(stats.resent()).isPositive();
    assertThat(stats.refused()).isZero();
    assertThat(stats.strayAcks()).isPositive();
  }

  /** A stray acknowledgement at first, which it has heard of before the ninth, and then a cut. */
  private static int dice(int number, Random random) {
    return number == 1 ? 2 : number < 9 ? 59 : number == 9 ? 0 : random.nextInt(60);
  }

  @Test
  void missingAcknowledgementsLeadToAnotherConnection() throws Exception {
    var arrived = new CountDownLatch(8);
    broker.onPublish =
        (connection, endpoint, message) -> {
          if (connection > 1 || !isData(message)) {
            endpoint.publishAcknowledge(message.messageId());
          } else {
            arrived.countDown();
          }
        };
    outbox.fill(30);
    start();
    assertThat(arrived.await(20, TimeUnit.SECONDS)).isTrue();
    time.pass(ACK_TIMEOUT);
    assertThat(acked(30)).isEqualTo(upTo(30));
    UplinkStats stats = stats();
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
          // Late, so that what travels beside it is seen: at first something does.
          boolean beside = isData(message) && poisoned.contains(connection);
          if (isPoison ? connection > 2 : beside) {
            vertx.setTimer(50, ignored -> close(endpoint));
          }
          if (isPoison) {
            poisoned.add(connection);
          } else if (!beside) {
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
    assertThat(stats().refused()).isEqualTo(1);
    assertThat(stats().connects()).isEqualTo(6);
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
    assertThat(stats().refused()).isEqualTo(1);
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
    assertThat(stats().refused()).isEqualTo(3);
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
    assertThat(stats().readFailures()).isEqualTo(3);
  }
}
