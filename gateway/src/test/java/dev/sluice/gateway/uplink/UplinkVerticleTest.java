package dev.sluice.gateway.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.driver.ValueType;
import dev.sluice.gateway.batch.DeviceStateRecord;
import dev.sluice.gateway.outbox.GapRecord;
import dev.sluice.gateway.outbox.RecordKind;
import dev.sluice.gateway.uplink.connector.DataRecords;
import dev.sluice.gateway.uplink.connector.Lane;
import dev.sluice.gateway.uplink.mqtt.ScriptedBroker;
import io.vertx.mqtt.MqttEndpoint;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What an uplink sends, in which order and how much at once. */
class UplinkVerticleTest extends UplinkRig {

  private static final String STATUS = "site/plant-7/status";

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
  void whatWasWaitingIsHistoryAndWhatComesIsLive() throws Exception {
    outbox.fill(20);
    start();
    assertThat(acked(20)).isEqualTo(upTo(20));
    assertThat(stats().lane()).isEqualTo(Lane.HISTORY);
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
    UplinkStats stats = await(now -> now.ackedRecords() == 25 && now.backlog() == 0);
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
    assertThat(stats().state()).isEqualTo(UplinkStats.State.STOPPED);
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
    start(options(broker.port(), 8, 1 << 20, 128 << 10, Duration.ofMinutes(5)));
    await(stats -> stats.inFlightMessages() == 8);
    stop(); // within 20 s, or that fails
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

  @Test
  void aLargeRecordGoesInPartsAndIsAcknowledgedWhenAllAre() throws Exception {
    var large = new DataRecords().column("count", ValueType.UINT32);
    for (int i = 0; i < 1_000; i++) {
      large.row("meter", 1_000 + i, (long) i);
    }
    outbox.append(RecordKind.DATA, large.payload(), 1_000);
    Map<Integer, Integer> dropped = new HashMap<>();
    var missing = new CountDownLatch(1);
    broker.onPublish =
        (connection, endpoint, message) -> {
          boolean third = message.payload().toString().contains("\"part\":[3,");
          if (third && dropped.merge(connection, 1, Integer::sum) == 1 && connection == 1) {
            missing.countDown();
            return; // of all parts one is not acknowledged
          }
          endpoint.publishAcknowledge(message.messageId());
        };
    start(options(broker.port(), 8, 1 << 20, 4_096, ACK_TIMEOUT));
    assertThat(missing.await(20, TimeUnit.SECONDS)).isTrue();
    await(stats -> stats.inFlightMessages() == 1);
    time.pass(ACK_TIMEOUT);
    assertThat(acked(1)).containsExactly(1L);
    assertThat(stats().connects()).isEqualTo(2);
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
