package dev.sluice.gateway.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.TimeSource;
import dev.sluice.driver.ValueType;
import dev.sluice.driver.testkit.HeldPort;
import dev.sluice.gateway.outbox.CursorStart;
import dev.sluice.gateway.outbox.Outbox;
import dev.sluice.gateway.outbox.OutboxOptions;
import dev.sluice.gateway.outbox.RecordKind;
import dev.sluice.gateway.uplink.connector.BareSite;
import dev.sluice.gateway.uplink.connector.Compression;
import dev.sluice.gateway.uplink.connector.DataRecords;
import dev.sluice.gateway.uplink.connector.Form;
import dev.sluice.gateway.uplink.connector.MqttOptions;
import dev.sluice.gateway.uplink.connector.Seed;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * No number of attempts and no length of an outage costs a record: only the bounds of the outbox
 * do, and each is counted. The clocks go a day; as many attempts are made as in a day of the
 * longest pauses.
 */
class LongOutageTest {

  /** A day of pauses of half a minute on average. */
  private static final int ATTEMPTS = 24 * 60 * 2;

  private static final int RECORDS = 960;

  @TempDir Path directory;
  private final Clocks clocks = new Clocks();

  /** Where the broker should be. */
  private HeldPort silence;

  private Vertx vertx;
  private Outbox outbox;
  private UplinkVerticle uplink;

  @BeforeEach
  void open() throws Exception {
    vertx = Vertx.vertx();
    silence = HeldPort.take();
  }

  @AfterEach
  void close() throws Exception {
    get(outbox.close());
    get(vertx.close());
    silence.close();
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  @Test
  void aDayOfFailedAttemptsCostsNoRecord() throws Exception {
    int port = outage(64 << 20, 50);
    try (RealBroker broker = RealBroker.start(directory);
        Consumer consumer = Consumer.of(broker.port(), "readings")) {
      Relay.listen(vertx, port).open(broker.port());
      await(consumer);
      print(consumer);
      assertThat(consumer.receivedCount()).isEqualTo(RECORDS);
      assertThat(consumer.gaps()).isEmpty();
      assertThat(uplink.stats().refused()).isZero();
      assertThat(uplink.stats().flow().gaps()).isEmpty();
      assertThat(outbox.stats().evictedRecords()).isZero();
    }
  }

  @Test
  void whatTheBoundForcedOutIsCountedByItsReasonAndIsAllThatIsMissing() throws Exception {
    int port = outage(256 << 10, 1_000);
    long evicted = outbox.stats().evictedReadings();
    try (RealBroker broker = RealBroker.start(directory);
        Consumer consumer = Consumer.of(broker.port(), "readings")) {
      Relay.listen(vertx, port).open(broker.port());
      await(consumer);
      print(consumer);
      assertThat(evicted).isBetween(RECORDS / 2L, RECORDS - 1L);
      assertThat(uplink.stats().flow().gapReadings()).containsOnly(Map.entry("bytes", evicted));
      assertThat(uplink.stats().refused()).isZero();
      long gaps = consumer.gaps().size();
      assertThat(consumer.receivedCount() - gaps).isEqualTo(RECORDS - evicted);
    }
  }

  /** The reading's age is the clock's: nothing else than the bound of the outbox looks at it. */
  private int outage(long maxBytes, int size) throws Exception {
    var options =
        new OutboxOptions(
            directory.resolve("outbox"),
            maxBytes,
            Duration.ofDays(30),
            Duration.ZERO,
            32 << 10,
            Duration.ofMillis(50));
    outbox = get(Outbox.open(vertx, options, clocks));
    get(outbox.join(Map.of("cloud", CursorStart.NOW)));
    int port = silence.port();
    uplink =
        new UplinkVerticle(
            options(port),
            outbox.cursor("cloud"),
            outbox::stream,
            outbox::append,
            null,
            BareSite.bare(),
            clocks,
            Seed.random());
    get(vertx.deployVerticle(uplink));
    byte[] payload =
        new DataRecords()
            .column("text", ValueType.STRING)
            .row("meter", 1_000, noise(size))
            .payload();
    for (int i = 0; i < RECORDS; i++) {
      get(outbox.append(RecordKind.DATA, payload, 1));
      clocks.pass(Duration.ofDays(1).dividedBy(RECORDS));
    }
    long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    while (uplink.stats().attempts() < ATTEMPTS) {
      assertThat(System.nanoTime() - limit).as("%s", uplink.stats()).isNegative();
      TimeUnit.MILLISECONDS.sleep(5); // a snapshot tells no one that it changed
    }
    assertThat(uplink.stats().connects()).isZero();
    return port;
  }

  /** Letters that no compression makes short. */
  private static String noise(int size) {
    var random = new java.util.Random(size);
    var text = new StringBuilder();
    for (int i = 0; i < size; i++) {
      text.append((char) ('0' + random.nextInt(75)));
    }
    return text.toString().replace('\\', '/');
  }

  private void await(Consumer consumer) throws Exception {
    long end = outbox.cursor("cloud").next();
    long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    // What is in flight is counted last: then all is counted.
    while (consumer.firstMissing() < end
        || outbox.cursor("cloud").low() < end
        || uplink.stats().inFlightMessages() > 0) {
      assertThat(System.nanoTime() - limit).as("%s", uplink.stats()).isNegative();
      TimeUnit.MILLISECONDS.sleep(5); // a ledger tells no one that it is complete
    }
  }

  private void print(Consumer consumer) {
    System.out.printf(
        "an outage of 24 h: attempts=%d records=%d received=%d only_named=%d gap_readings=%s%n",
        uplink.stats().attempts(),
        RECORDS,
        consumer.receivedCount(),
        consumer.onlyNamed(),
        uplink.stats().flow().gapReadings());
  }

  private static UplinkOptions options(int port) {
    UplinkOptions usual =
        UplinkOptions.of("cloud", "plant-7", URI.create("tcp://127.0.0.1:" + port), "readings");
    return new UplinkOptions(
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
            usual.link().windowMessages(),
            usual.link().windowBytes(),
            usual.link().maxMessageBytes(),
            usual.link().keepAlive(),
            usual.link().connectTimeout(),
            usual.link().ackTimeout(),
            Duration.ofMillis(1),
            Duration.ofMillis(1),
            usual.link().stableAfter()),
        usual.refusals(),
        FlowOptions.DEFAULTS);
  }

  /** Both clocks, moved by hand on top of the real ones. */
  private static final class Clocks implements TimeSource {

    private final AtomicLong ahead = new AtomicLong();

    void pass(Duration time) {
      ahead.addAndGet(time.toNanos());
    }

    @Override
    public long nanoTime() {
      return System.nanoTime() + ahead.get();
    }

    @Override
    public boolean trusted() {
      return true;
    }

    @Override
    public Instant instant() {
      return Instant.ofEpochMilli(1_700_000_000_000L).plusNanos(ahead.get());
    }
  }
}
