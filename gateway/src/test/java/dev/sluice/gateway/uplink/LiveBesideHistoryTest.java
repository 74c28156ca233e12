package dev.sluice.gateway.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.ValueType;
import dev.sluice.gateway.outbox.CursorStart;
import dev.sluice.gateway.outbox.Outbox;
import dev.sluice.gateway.outbox.OutboxException;
import dev.sluice.gateway.outbox.OutboxOptions;
import dev.sluice.gateway.outbox.RecordKind;
import dev.sluice.gateway.uplink.connector.BareSite;
import dev.sluice.gateway.uplink.connector.DataRecords;
import dev.sluice.gateway.uplink.connector.Seed;
import dev.sluice.gateway.uplink.mqtt.Monotonic;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backlog drains through a real broker while 500 records a second go on. */
@Tag("alone")
class LiveBesideHistoryTest {

  private static final boolean LONG = Boolean.getBoolean("sluice.long");
  private static final int BACKLOG = LONG ? 1_000_000 : 25_000;
  private static final int LIVE_PER_SECOND = 500;
  private static final int TICK_MILLIS = 10;

  @TempDir Path directory;
  private Vertx vertx;

  @BeforeEach
  void open() {
    vertx = Vertx.vertx();
  }

  @AfterEach
  void close() throws Exception {
    get(vertx.close());
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  @Test
  void newsArriveAtOnceAndTheBacklogFiveTimesAsFast() throws Exception {
    drain(RateLimit.NONE, BACKLOG, 5 * LIVE_PER_SECOND, Integer.MAX_VALUE);
  }

  @Test
  void theBacklogKeepsTheRateThatIsSet() throws Exception {
    drain(new RateLimit(4_000, 0), BACKLOG / 2, 3_600, 4_400);
  }

  private void drain(RateLimit history, int backlog, int least, int most) throws Exception {
    byte[] payload =
        new DataRecords()
            .column("count", ValueType.UINT32)
            .column("level", ValueType.FLOAT64)
            .row("meter", 1_000, 5L, 2.5)
            .payload();
    try (RealBroker broker = RealBroker.start(directory);
        Consumer consumer = Consumer.of(broker.port(), "readings")) {
      Outbox outbox =
          get(
              Outbox.open(
                  vertx, OutboxOptions.defaults(directory.resolve("outbox")), new Monotonic()));
      get(outbox.join(Map.of("cloud", CursorStart.NOW)));
      fill(outbox, payload, backlog);
      var options =
          UplinkOptions.of(
                  "cloud", "plant-7", URI.create("tcp://127.0.0.1:" + broker.port()), "readings")
              .with(
                  new FlowOptions(CursorStart.NOW, Order.LIVE_FIRST, 25, RateLimit.NONE, history));
      var uplink =
          new UplinkVerticle(
              options,
              outbox.cursor("cloud"),
              outbox::stream,
              outbox::append,
              null,
              BareSite.bare(),
              new Monotonic(),
              Seed.random());
      long begin = System.nanoTime();
      get(vertx.deployVerticle(uplink));
      while (uplink.stats().state() != UplinkStats.State.CONNECTED) {
        TimeUnit.MILLISECONDS.sleep(5); // a snapshot tells no one that it changed
      }
      long connected = System.nanoTime();
      var accepted = new long[1 << 20];
      var live = new AtomicLong();
      long timer =
          vertx.setPeriodic(
              TICK_MILLIS,
              id -> {
                for (int i = 0; i < LIVE_PER_SECOND * TICK_MILLIS / 1_000; i++) {
                  long at = System.nanoTime();
                  outbox
                      .append(RecordKind.DATA, payload, 2)
                      .onSuccess(seq -> accepted[(int) (seq - backlog)] = at)
                      .onSuccess(seq -> live.incrementAndGet());
                }
              });
      long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONG ? 590 : 60);
      while (consumer.firstMissing() <= backlog) {
        assertThat(System.nanoTime() - limit).as("%s", uplink.stats()).isNegative();
        TimeUnit.MILLISECONDS.sleep(5); // a ledger tells no one that it is complete
      }
      vertx.cancelTimer(timer);
      long end = outbox.cursor("cloud").next();
      // Who appends may hear of it after the consumer has it.
      while (consumer.firstMissing() < end || live.get() < end - 1 - backlog) {
        assertThat(System.nanoTime() - limit).as("%s", uplink.stats()).isNegative();
        TimeUnit.MILLISECONDS.sleep(5);
      }
      double seconds = (consumer.lastHistoryNanos() - begin) / 1e9;
      long rate = Math.round(backlog / seconds);
      long connectedRate = Math.round(backlog / ((consumer.lastHistoryNanos() - connected) / 1e9));
      var latencies = new long[(int) (end - 1 - backlog)];
      for (int i = 0; i < latencies.length; i++) {
        latencies[i] = consumer.arrivedNanos(backlog + 1 + i) - accepted[i + 1];
        assertThat(consumer.isHistory(backlog + 1 + i)).isFalse();
      }
      var latency = new Percentiles(latencies);
      UplinkFlow flow = uplink.stats().flow();
      System.out.printf(
          "live beside history: backlog=%d drained=%d/s live=%d (%.0f/s) live %s repeats=%d"
              + " merges=%d throttled=%.1f s%n",
          backlog,
          rate,
          latencies.length,
          latencies.length / seconds,
          latency,
          consumer.repeats(),
          outbox.stats().cursorMerges(),
          flow.throttledNanos() / 1e9);
      assertThat(latency.millis(99)).isLessThanOrEqualTo(2_000);
      // It may begin a little before it is seen to be connected, and not before it is there.
      assertThat(connectedRate).isGreaterThanOrEqualTo(least);
      assertThat(rate).isLessThanOrEqualTo(most);
      assertThat(consumer.violations()).isEmpty();
      assertThat(consumer.disorder()).as("within a lane").isZero();
      assertThat(consumer.repeats()).isZero();
      assertThat(consumer.gaps()).isEmpty();
      assertThat(outbox.stats().cursorMerges()).isZero();
      get(vertx.undeploy(vertx.deploymentIDs().iterator().next()));
      get(outbox.close());
    }
  }

  /** As fast as the disk takes it: what it refuses for the moment is offered again. */
  private static void fill(Outbox outbox, byte[] payload, int count) throws Exception {
    var last = new AtomicReference<Future<Long>>(Future.succeededFuture(0L));
    for (int i = 0; i < count; i++) {
      Future<Long> next = outbox.append(RecordKind.DATA, payload, 2);
      if (next.failed()) {
        assertThat(((OutboxException) next.cause()).reason())
            .isEqualTo(OutboxException.Reason.FULL);
        get(last.get());
        i--;
      } else {
        last.set(next);
      }
    }
    get(last.get());
  }
}
