package dev.sluice.gateway.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Brokers that close or are silent, for each of the reasons of which MQTT 3.1.1 has no word. */
class UnspokenReasonsTest extends ClosingRig {

  @Test
  void aBrokerThatThrottlesIsSentLess() throws Exception {
    boolean full = Boolean.getBoolean("sluice.long");
    int perSecond = 100;
    Map<Integer, Integer> inSecond = new HashMap<>();
    var since = new long[1];
    var unlimited = new AtomicInteger();
    broker.onPublish =
        (connection, endpoint, message) -> {
          long now = System.nanoTime();
          if (now - since[0] > 1_000_000_000L) {
            since[0] = now;
            inSecond.clear();
          }
          boolean above = inSecond.merge(connection, 1, Integer::sum) > perSecond;
          if (above && unlimited.get() == 0) {
            endpoint.close();
          } else {
            ack(endpoint, message);
          }
        };
    int records = full ? 6_000 : 280;
    rig.outbox.fill(records);
    rig.open(LinkRig.link(broker.port(), ACK, SHORT), FlowOptions.DEFAULTS);
    if (full) {
      await(Duration.ofSeconds(30), () -> rig.counters.pace > 0);
      TimeUnit.SECONDS.sleep(25);
      int before = broker.connections.get();
      TimeUnit.SECONDS.sleep(60);
      assertThat(broker.connections.get() - before).as("closes in 60 s").isLessThanOrEqualTo(2);
      unlimited.set(1);
      rig.outbox.fill(100_000);
      await(Duration.ofSeconds(240), () -> rig.counters.pace == 0);
    } else {
      allArrive(records);
      assertThat(rig.counters.pace).isBetween(10.0, 100.0);
    }
    UplinkStats stats = rig.stats();
    System.out.println(stats.failures() + " " + stats.flow());
    assertThat(stats.failures()).containsKey("throttled").doesNotContainKey("taken_over");
    assertThat(broker.connections.get()).isLessThanOrEqualTo(full ? 8 : 5);
    assertThat(dead()).isEmpty();
  }

  @Test
  void aConnectionThatIsClosedSoonAgainAndAgainWasTakenOver() throws Exception {
    broker.onConnect =
        (connection, endpoint) -> {
          endpoint.accept(false);
          vertx.setTimer(30, ignored -> endpoint.close());
        };
    rig.outbox.fill(2);
    rig.open(LinkRig.link(broker.port(), ACK, MINUTE), FlowOptions.DEFAULTS);
    await(Duration.ofSeconds(10), () -> rig.counters.reason.equals("taken_over"));
    assertThat(rig.counters.detail).contains("plant-7-cloud: two clients with one id");
    assertThat(broker.connections).hasValue(3);
    TimeUnit.MILLISECONDS.sleep(500);
    assertThat(broker.connections).as("a truce of half a minute").hasValue(3);
    assertThat(rig.counters.state).isEqualTo(UplinkStats.State.WAITING);
    assertThat(dead()).isEmpty();
  }

  /** Nothing is sent in the second before the last trial, so that nothing can be blamed for it. */
  @Test
  void anotherClientThatIsFasterThanAnyAcknowledgementMakesNoDeadLetter() throws Exception {
    broker.onPublish =
        (connection, endpoint, message) -> vertx.setTimer(5, ignored -> endpoint.close());
    broker.onConnect =
        (connection, endpoint) -> {
          endpoint.accept(false);
          vertx.setTimer(40, ignored -> endpoint.close());
        };
    rig.outbox.fill(1);
    rig.open(LinkRig.link(broker.port(), ACK, SHORT), FlowOptions.DEFAULTS);
    await(Duration.ofSeconds(10), () -> rig.counters.reason.equals("taken_over"));
    await(Duration.ofSeconds(10), () -> broker.connections.get() > 9);
    assertThat(dead()).isEmpty();
    assertThat(rig.outbox.acked).isEmpty();
  }

  @Test
  void twoGatewaysWithOneIdAtARealBrokerComeToATruce() throws Exception {
    try (var real = RealBroker.start(directory)) {
      var other = new LinkRig(vertx);
      other.readyAtOnce = true;
      rig.outbox.fill(1);
      other.outbox.fill(1);
      rig.open(LinkRig.link(real.port(), ACK, MINUTE), FlowOptions.DEFAULTS);
      assertThat(rig.acked()).isEqualTo(1);
      other.open(LinkRig.link(real.port(), ACK, MINUTE), FlowOptions.DEFAULTS);
      await(
          Duration.ofSeconds(20),
          () ->
              rig.counters.reason.equals("taken_over")
                  || other.counters.reason.equals("taken_over"));
      boolean otherWaits = other.counters.reason.equals("taken_over");
      LinkRig waiting = otherWaits ? other : rig;
      LinkRig holding = otherWaits ? rig : other;
      assertThat(waiting.counters.state).isEqualTo(UplinkStats.State.WAITING);
      await(Duration.ofSeconds(10), () -> holding.counters.state == UplinkStats.State.CONNECTED);
      long connects = holding.counters.connects.get() + waiting.counters.connects.get();
      holding.outbox.acked.clear();
      holding.outbox.fill(1);
      assertThat(holding.acked()).isNotNull();
      TimeUnit.MILLISECONDS.sleep(500);
      assertThat(holding.counters.connects.get() + waiting.counters.connects.get())
          .as("connects during the truce")
          .isEqualTo(connects);
      assertThat(dead()).isEmpty();
    }
  }

  /** It acknowledges two messages in each connection and then says nothing any more. */
  @Test
  void aBrokerThatDiesUnderwayMakesNoDeadLetter() throws Exception {
    Map<Integer, Integer> seen = new HashMap<>();
    broker.onConnect =
        (connection, endpoint) -> {
          endpoint.autoKeepAlive(false);
          endpoint.accept(false);
        };
    broker.onPublish =
        (connection, endpoint, message) -> {
          boolean first = seen.merge(connection, 1, Integer::sum) <= 1;
          if ((first && !is(message, 5)) || connection > 12) {
            ack(endpoint, message);
          }
        };
    rig.outbox.fill(40);
    rig.open(LinkRig.link(broker.port(), Duration.ofMillis(150), SHORT), FlowOptions.DEFAULTS);
    allArrive(40);
    assertThat(dead()).isEmpty();
    assertThat(broker.connections.get()).isGreaterThan(12);
  }

  /** Five attempts that are not answered, the sixth is; and that twice. */
  @Test
  void silentAttemptsAreGivenUpInTimeAndRepeatedWithJitter() throws Exception {
    var at = new CopyOnWriteArrayList<Long>();
    Duration timeout = Duration.ofMillis(150);
    long first = 40;
    long most = 160;
    broker.onConnect =
        (connection, endpoint) -> {
          at.add(System.nanoTime());
          if (connection % 6 == 0) {
            endpoint.accept(false);
            if (connection == 6) {
              vertx.setTimer(20, ignored -> endpoint.close());
            }
          }
        };
    rig.open(
        LinkRig.link(
            broker.port(), timeout, ACK, Duration.ofMillis(first), Duration.ofMillis(most)),
        FlowOptions.DEFAULTS);
    await(Duration.ofSeconds(20), () -> at.size() == 12);
    rig.outbox.fill(1);
    assertThat(rig.acked()).isEqualTo(1);
    assertThat(rig.stats().failures()).containsEntry("no_answer", 10L).containsEntry("closed", 1L);
    for (int i = 1; i < 12; i++) {
      long gap = TimeUnit.NANOSECONDS.toMillis(at.get(i) - at.get(i - 1));
      boolean afterSilence = i != 6;
      long cap = Math.min(most, first << Math.min(10, i - 1));
      assertThat(gap)
          .as("gap %d", i)
          .isBetween(afterSilence ? 100L : 0L, timeout.toMillis() + cap + 400);
    }
  }

  @Test
  void rubbishInTheMiddleIsToldCountedAndLosesNothing() throws Exception {
    byte[] connack = {0x20, 2, 0, 0};
    byte[] rubbish = {(byte) 0xf0, 0x05, 1, 2, 3, 4, 5};
    NetServer bad =
        vertx
            .createNetServer()
            .connectHandler(
                socket -> {
                  var said = new AtomicInteger();
                  socket.handler(
                      bytes -> {
                        boolean once = said.incrementAndGet() == 1;
                        socket.write(Buffer.buffer(once ? connack : rubbish));
                      });
                });
    int port =
        bad.listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS)
            .actualPort();
    rig.outbox.fill(3);
    rig.open(LinkRig.link(port, ACK, Duration.ofMillis(200)), FlowOptions.DEFAULTS);
    await(Duration.ofSeconds(20), () -> rig.counters.attempts.get() >= 6);
    System.out.println(rig.stats().failures() + " " + rig.counters.detail);
    assertThat(rig.stats().failures()).containsKey("not_mqtt");
    assertThat(dead()).isEmpty();
    assertThat(rig.outbox.acked).isEmpty();
    assertThat(rig.outbox.low()).isEqualTo(1);
  }
}
