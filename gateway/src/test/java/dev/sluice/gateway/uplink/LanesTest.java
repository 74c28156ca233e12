package dev.sluice.gateway.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.outbox.CursorStart;
import dev.sluice.gateway.uplink.connector.BareSite;
import dev.sluice.gateway.uplink.connector.Compression;
import dev.sluice.gateway.uplink.connector.Form;
import dev.sluice.gateway.uplink.connector.MqttOptions;
import dev.sluice.gateway.uplink.connector.Seed;
import dev.sluice.gateway.uplink.mqtt.Monotonic;
import dev.sluice.gateway.uplink.mqtt.ScriptedBroker;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.messages.MqttPublishMessage;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What goes first, beside what, and how fast: seen by a broker that acknowledges on demand. */
class LanesTest {

  private static final int WINDOW = 8;

  private final FakeOutbox outbox = new FakeOutbox();
  private final List<JsonObject> arrived = new ArrayList<>();
  private final Deque<Runnable> unacknowledged = new ArrayDeque<>();
  private Vertx vertx;
  private ScriptedBroker broker;
  private UplinkVerticle uplink;

  @BeforeEach
  void open() throws Exception {
    vertx = Vertx.vertx();
    broker = ScriptedBroker.listen(vertx);
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private void start(FlowOptions flow) throws Exception {
    UplinkOptions usual =
        UplinkOptions.of(
            "cloud", "plant-7", URI.create("tcp://127.0.0.1:" + broker.port()), "readings");
    var options =
        new UplinkOptions(
            "cloud",
            "plant-7",
            new MqttOptions("readings", Form.JSON, Compression.NONE, ""),
            new LinkOptions(
                usual.link().url(),
                "client",
                null,
                null,
                null,
                null,
                WINDOW,
                1 << 20,
                128 << 10,
                Duration.ofSeconds(30),
                Duration.ofSeconds(15),
                Duration.ofSeconds(20),
                Duration.ofMillis(1),
                Duration.ofMillis(20),
                Duration.ofSeconds(20)),
            5,
            flow);
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
    vertx
        .deployVerticle(uplink)
        .toCompletionStage()
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
  }

  private static FlowOptions flow(Order order, int share) {
    return new FlowOptions(CursorStart.NOW, order, share, RateLimit.NONE, RateLimit.NONE);
  }

  /** Acknowledges one message for each that the test lets through. */
  private void hold(MqttEndpoint endpoint, MqttPublishMessage message) {
    synchronized (arrived) {
      arrived.add(message.payload().toJsonObject());
      unacknowledged.add(() -> endpoint.publishAcknowledge(message.messageId()));
      arrived.notifyAll();
    }
  }

  private void awaitArrived(int count) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    synchronized (arrived) {
      while (arrived.size() < count && System.nanoTime() - end < 0) {
        arrived.wait(1_000);
      }
      assertThat(arrived).as("%s", uplink.stats()).hasSizeGreaterThanOrEqualTo(count);
    }
  }

  private void acknowledge() {
    Runnable next;
    synchronized (arrived) {
      next = unacknowledged.remove();
    }
    next.run();
  }

  private List<Long> lane(String lane) {
    synchronized (arrived) {
      return arrived.stream()
          .filter(m -> m.getString("lane", "live").equals(lane))
          .map(m -> m.getLong("seq"))
          .toList();
    }
  }

  private static List<Long> range(long first, long last) {
    return LongStream.rangeClosed(first, last).boxed().toList();
  }

  private void drain(int total) throws InterruptedException {
    for (int acknowledged = 0; acknowledged < total; acknowledged++) {
      awaitArrived(acknowledged + 1);
      acknowledge();
    }
  }

  @Test
  void newsOvertakeWhatWasWaitingAndEachLaneKeepsItsOrder() throws Exception {
    broker.onPublish = (connection, endpoint, message) -> hold(endpoint, message);
    outbox.fill(100);
    start(flow(Order.LIVE_FIRST, 25));
    awaitArrived(WINDOW);
    outbox.fill(40); // waits for room: from here on both lanes have something
    drain(140);
    assertThat(lane("history")).isEqualTo(range(1, 100));
    assertThat(lane("live")).isEqualTo(range(101, 140));
    // 8 of history were on their way, or a few more; then 40 news beside a third as many.
    int last = arrivedIndex(140);
    assertThat(last).isBetween(WINDOW + 50, WINDOW + 60);
    // To the message: of each four after the first of the news, one is history.
    int first = arrivedIndex(101);
    for (int from = first; from + 4 <= last; from += 4) {
      assertThat(arrived.subList(from, from + 4))
          .filteredOn(m -> m.containsKey("lane"))
          .as("from %d", from)
          .hasSize(1);
    }
  }

  private int arrivedIndex(long seq) {
    for (int i = 0; i < arrived.size(); i++) {
      if (arrived.get(i).getLong("seq") == seq) {
        return i;
      }
    }
    throw new AssertionError("no " + seq);
  }

  @Test
  void withoutAShareHistoryWaitsUntilThereAreNoNews() throws Exception {
    broker.onPublish = (connection, endpoint, message) -> hold(endpoint, message);
    outbox.fill(100);
    start(flow(Order.LIVE_FIRST, 0));
    awaitArrived(WINDOW);
    outbox.fill(40);
    drain(140);
    assertThat(arrivedIndex(140) - arrivedIndex(101)).isEqualTo(39);
  }

  @Test
  void oldestFirstIsStrict() throws Exception {
    broker.onPublish = (connection, endpoint, message) -> hold(endpoint, message);
    outbox.fill(100);
    start(flow(Order.OLDEST_FIRST, 25));
    awaitArrived(WINDOW);
    outbox.fill(40);
    drain(140);
    assertThat(arrived.stream().map(m -> m.getLong("seq")).toList()).isEqualTo(range(1, 140));
    assertThat(lane("history")).isEqualTo(range(1, 100));
  }

  @Test
  void whatWasNotAcknowledgedWhenTheConnectionEndedIsHistoryToTheNext() throws Exception {
    var first = new CompletableFuture<MqttEndpoint>();
    broker.onPublish =
        (connection, endpoint, message) -> {
          first.complete(endpoint);
          hold(endpoint, message);
        };
    start(flow(Order.LIVE_FIRST, 25));
    for (int i = 0; i < 4_000 && uplink.stats().state() != UplinkStats.State.CONNECTED; i++) {
      TimeUnit.MILLISECONDS.sleep(5); // a snapshot tells no one that it changed
    }
    outbox.fill(20);
    awaitArrived(WINDOW);
    assertThat(lane("live")).isEqualTo(range(1, WINDOW));
    synchronized (arrived) {
      arrived.clear();
      unacknowledged.clear();
    }
    first.get(10, TimeUnit.SECONDS).close();
    drain(20);
    assertThat(lane("history")).isEqualTo(range(1, 20));
    awaitAcked(20); // what the broker said is on its way
    UplinkStats stats = outbox.after(uplink::stats);
    assertThat(stats.resent()).isEqualTo(WINDOW);
    assertThat(stats.flow().historyRecords()).isEqualTo(20);
  }

  /** What a full cursor has to take back lies behind both lanes; low must not wait for ever. */
  @Test
  void anAcknowledgementThatWasTakenBackIsAskedForOnceMore() throws Exception {
    outbox.fill(20);
    start(flow(Order.LIVE_FIRST, 25));
    awaitAcked(20);
    outbox.unacknowledge(7);
    outbox.fill(1);
    awaitAcked(22);
    assertThat(outbox.low()).isEqualTo(outbox.next());
    assertThat(broker.connections).hasValue(1);
  }

  private void awaitAcked(int count) throws InterruptedException {
    for (int i = 0; i < 2_000 && outbox.acked.size() < count; i++) {
      TimeUnit.MILLISECONDS.sleep(10); // nobody tells how far it has come
    }
    assertThat(outbox.acked).hasSize(count);
  }

  @Test
  void aRateHoldsAndTheTimeItCostsIsCounted() throws Exception {
    outbox.fill(60);
    long begin = System.nanoTime();
    start(
        new FlowOptions(
            CursorStart.NOW, Order.LIVE_FIRST, 25, new RateLimit(100, 0), RateLimit.NONE));
    awaitAcked(60);
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    // Ten at once, then 100 a second.
    assertThat(took).isGreaterThanOrEqualTo(Duration.ofMillis(490));
    assertThat(uplink.stats().flow().throttledNanos()).isBetween(10_000_000L, took.toNanos());
  }

  @Test
  void aRateOfHistoryAloneDoesNotHoldUpTheNews() throws Exception {
    outbox.fill(30);
    start(
        new FlowOptions(
            CursorStart.NOW, Order.LIVE_FIRST, 25, RateLimit.NONE, new RateLimit(10, 0)));
    var acked = new ArrayList<Long>();
    while (acked.size() < 110) {
      Long seq = outbox.acked.poll(20, TimeUnit.SECONDS);
      assertThat(seq).as("after %s", acked).isNotNull();
      acked.add(seq);
      if (acked.size() == 1) {
        outbox.fill(100);
      }
    }
    assertThat(acked).filteredOn(seq -> seq > 30).as("news among the first").hasSize(100);
    UplinkFlow flow = outbox.after(uplink::stats).flow();
    assertThat(flow.liveRecords()).isEqualTo(100);
    assertThat(flow.historyBacklog()).isEqualTo(30 - flow.historyRecords()).isPositive();
    assertThat(flow.low()).isEqualTo(flow.historyRecords() + 1);
  }
}
