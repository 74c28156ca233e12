package dev.sluice.gateway.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.uplink.mqtt.Publication;
import dev.sluice.gateway.uplink.mqtt.ScriptedBroker;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.messages.MqttPublishMessage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Brokers that close or are silent, for each of the reasons of which MQTT 3.1.1 has no word. */
class UnspokenReasonsTest {

  private static final Duration ACK = Duration.ofSeconds(5);
  private static final Duration SHORT = Duration.ofMillis(20);
  private static final Duration MINUTE = Duration.ofSeconds(60);

  @TempDir Path directory;

  private Vertx vertx;
  private ScriptedBroker broker;
  private LinkRig rig;

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

  private void await(Duration limit, BooleanSupplier condition) throws Exception {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean() && System.nanoTime() - end < 0) {
      TimeUnit.MILLISECONDS.sleep(2); // of its state nobody is told
    }
    assertThat(condition.getAsBoolean()).as("%s", rig.stats()).isTrue();
  }

  private void allArrive(int count) throws Exception {
    Set<Long> acked = new HashSet<>();
    while (acked.size() < count) {
      Long seq = rig.outbox.acked.poll(20, TimeUnit.SECONDS);
      assertThat(seq).as("after %d, %s", acked.size(), rig.stats()).isNotNull().isPositive();
      acked.add(seq);
    }
  }

  private List<String> dead() {
    return rig.heard.stream().filter(heard -> heard.startsWith("dead")).toList();
  }

  private static boolean is(MqttPublishMessage message, int seq) {
    return message.payload().toString().equals(Integer.toString(seq));
  }

  private static void ack(MqttEndpoint endpoint, MqttPublishMessage message) {
    if (endpoint.isConnected()) {
      endpoint.publishAcknowledge(message.messageId());
    }
  }

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

  @Test
  void aPoisonRecordInABacklogIsThatAndNothingElse() throws Exception {
    broker.onPublish =
        (connection, endpoint, message) -> {
          if (is(message, 300)) {
            endpoint.close();
          } else {
            ack(endpoint, message);
          }
        };
    rig.outbox.fill(600);
    rig.open(LinkRig.link(broker.port(), ACK, SHORT), FlowOptions.DEFAULTS);
    allArrive(601); // with the gap
    assertThat(dead()).containsExactly("dead 300: the broker closes the connection over it");
    assertThat(rig.stats().failures()).containsOnly(Map.entry("closed", 5L));
    assertThat(rig.counters.pace).isZero();
  }

  /** Two that lie beside each other are no topic that is forbidden: the third is taken. */
  @Test
  void twoPoisonRecordsInARowAreBothSetAside() throws Exception {
    if (!Boolean.getBoolean("sluice.long")) {
      System.out.println("two poison records in a row: only with -Dsluice.long=true");
      return;
    }
    broker.onPublish =
        (connection, endpoint, message) -> {
          if (is(message, 3) || is(message, 4)) {
            endpoint.close();
          } else {
            ack(endpoint, message);
          }
        };
    rig.outbox.fill(8);
    rig.open(LinkRig.link(broker.port(), ACK, SHORT), FlowOptions.DEFAULTS);
    allArrive(10); // with the gaps
    assertThat(dead())
        .containsExactly(
            "dead 3: the broker closes the connection over it",
            "dead 4: the broker closes the connection over it");
    assertThat(rig.stats().failures()).containsOnlyKeys("closed", "publish_refused");
  }

  /** As a policy of AWS does it. When it is right again, everything arrives, in its order. */
  @Test
  void aTopicThatIsForbiddenHoldsEverythingAndCostsNoRecord() throws Exception {
    var allowed = new AtomicInteger();
    var arrived = new CopyOnWriteArrayList<String>();
    broker.onPublish =
        (connection, endpoint, message) -> {
          if (allowed.get() == 0) {
            endpoint.close();
          } else {
            arrived.add(message.payload().toString());
            ack(endpoint, message);
          }
        };
    rig.outbox.fill(20);
    rig.open(LinkRig.link(broker.port(), ACK, Duration.ofMillis(300)), FlowOptions.DEFAULTS);
    await(Duration.ofSeconds(15), () -> rig.counters.reason.equals("publish_refused"));
    assertThat(broker.connections.get()).isEqualTo(5);
    assertThat(rig.counters.detail).contains("nothing is set aside", "publish to t?");
    await(Duration.ofSeconds(15), () -> broker.connections.get() == 7);
    assertThat(dead()).isEmpty();
    assertThat(rig.outbox.acked).isEmpty();
    allowed.set(1);
    allArrive(20);
    assertThat(new HashSet<>(arrived)).hasSize(20);
    // The suspect and at most one witness go first.
    assertThat(arrived.subList(arrived.indexOf("1"), arrived.size()))
        .extracting(Integer::valueOf)
        .isSorted();
    assertThat(rig.stats().refused()).isZero();
  }

  /** Of a plant that says nothing any more, for example: nobody else will ever be the proof. */
  @Test
  void withNothingBesideItASuspectIsTriedAllTheSame() throws Exception {
    var allowed = new AtomicInteger();
    broker.onPublish =
        (connection, endpoint, message) -> {
          if (allowed.get() == 0) {
            endpoint.close();
          } else {
            ack(endpoint, message);
          }
        };
    rig.outbox.fill(1);
    rig.open(LinkRig.link(broker.port(), ACK, SHORT), FlowOptions.DEFAULTS);
    await(Duration.ofSeconds(15), () -> rig.counters.reason.equals("publish_refused"));
    assertThat(dead()).isEmpty();
    allowed.set(1);
    allArrive(1);
  }

  @Test
  void whereNothingIsTakenThereIsATruce() throws Exception {
    broker.onPublish = (connection, endpoint, message) -> endpoint.close();
    rig.outbox.fill(2);
    rig.open(LinkRig.link(broker.port(), ACK, MINUTE), FlowOptions.DEFAULTS);
    await(Duration.ofSeconds(10), () -> rig.counters.reason.equals("publish_refused"));
    assertThat(broker.connections).hasValue(5);
    TimeUnit.MILLISECONDS.sleep(500);
    assertThat(broker.connections).as("half a minute").hasValue(5);
    assertThat(rig.counters.state).isEqualTo(UplinkStats.State.WAITING);
  }

  @Test
  void aTopicOfSomeThatIsForbiddenHoldsThoseAndTheOthersArrive() throws Exception {
    if (!Boolean.getBoolean("sluice.long")) {
      System.out.println("a topic of some records forbidden: only with -Dsluice.long=true");
      return;
    }
    var allowed = new AtomicInteger();
    broker.onPublish =
        (connection, endpoint, message) -> {
          if (allowed.get() == 0 && message.topicName().equals("odd")) {
            endpoint.close();
          } else {
            ack(endpoint, message);
          }
        };
    rig.words =
        record ->
            List.of(
                new Publication(
                    record.seq() % 2 == 0 ? "even" : "odd",
                    Buffer.buffer("" + record.seq()),
                    false));
    rig.outbox.fill(10);
    rig.open(LinkRig.link(broker.port(), ACK, SHORT), FlowOptions.DEFAULTS);
    allArrive(5);
    await(Duration.ofSeconds(30), () -> rig.stats().failures().get("publish_refused") > 9);
    assertThat(rig.counters.detail).contains("publish to odd?");
    assertThat(dead()).isEmpty();
    allowed.set(1);
    rig.outbox.fill(2);
    allArrive(7);
    assertThat(dead()).isEmpty();
    assertThat(rig.outbox.low()).isEqualTo(13);
  }

  /** Of a device that sends seldom, for example: it holds up nobody. */
  @Test
  void aPoisonRecordWithATopicOfItsOwnIsSetAsideAfterManyOthers() throws Exception {
    if (!Boolean.getBoolean("sluice.long")) {
      System.out.println("a poison record with its own topic: only with -Dsluice.long=true");
      return;
    }
    broker.onPublish =
        (connection, endpoint, message) -> {
          if (is(message, 3)) {
            endpoint.close();
          } else {
            ack(endpoint, message);
          }
        };
    rig.words =
        record ->
            List.of(
                new Publication(
                    record.seq() == 3 ? "own" : "t", Buffer.buffer("" + record.seq()), false));
    rig.outbox.fill(66);
    rig.open(LinkRig.link(broker.port(), ACK, SHORT), FlowOptions.DEFAULTS);
    allArrive(65);
    assertThat(dead()).isEmpty();
    rig.outbox.fill(1);
    await(Duration.ofSeconds(10), () -> !dead().isEmpty());
    allArrive(3); // its gap, too
    assertThat(dead()).containsExactly("dead 3: the broker closes the connection over it");
  }

  @Test
  void aRecordThatAloneIsNeverAcknowledgedIsSetAside() throws Exception {
    broker.onPublish =
        (connection, endpoint, message) -> {
          if (!is(message, 5)) {
            ack(endpoint, message);
          }
        };
    rig.outbox.fill(40);
    rig.open(LinkRig.link(broker.port(), Duration.ofMillis(200), SHORT), FlowOptions.DEFAULTS);
    // Something to do in each connection but the last, in which it travels alone.
    long timer = vertx.setPeriodic(50, ignored -> rig.outbox.fill(1));
    await(Duration.ofSeconds(15), () -> !dead().isEmpty());
    vertx.cancelTimer(timer);
    assertThat(dead()).containsExactly("dead 5: the broker never acknowledges it, but others");
    await(Duration.ofSeconds(10), () -> rig.outbox.low() == rig.outbox.next());
    assertThat(rig.stats().failures()).containsOnly(Map.entry("ack_timeout", 5L));
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
