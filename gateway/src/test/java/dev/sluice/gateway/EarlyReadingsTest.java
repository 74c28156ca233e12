package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.driver.TimeSource;
import dev.sluice.driver.ValueType;
import dev.sluice.driver.Values;
import dev.sluice.gateway.acquire.Acquired;
import dev.sluice.gateway.acquire.AcquiredCodec;
import dev.sluice.gateway.acquire.Acquisition;
import dev.sluice.gateway.acquire.DeviceDefinition;
import dev.sluice.gateway.acquire.DeviceState;
import dev.sluice.gateway.acquire.PointDefinition;
import dev.sluice.gateway.acquire.PointRules;
import dev.sluice.gateway.acquire.ReadingBlock;
import dev.sluice.gateway.batch.BatchOptions;
import dev.sluice.gateway.batch.ClockAnchors;
import dev.sluice.gateway.batch.CurrentValues;
import dev.sluice.gateway.batch.IngestVerticle;
import dev.sluice.gateway.command.Commands;
import dev.sluice.gateway.outbox.CursorStart;
import dev.sluice.gateway.outbox.FlashOptions;
import dev.sluice.gateway.outbox.MemoryOptions;
import dev.sluice.gateway.outbox.Outbox;
import dev.sluice.gateway.outbox.OutboxOptions;
import dev.sluice.gateway.outbox.Storage;
import dev.sluice.gateway.outbox.dead.DeadLetters;
import dev.sluice.gateway.outbox.log.Keys;
import dev.sluice.gateway.uplink.UplinkOptions;
import dev.sluice.gateway.uplink.UplinkSite;
import dev.sluice.gateway.uplink.UplinkVerticle;
import dev.sluice.gateway.uplink.connector.BareSite;
import dev.sluice.gateway.uplink.mqtt.ScriptedBroker;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** T2: from a boot in 1970 to the broker, with the process ending in between. */
@Timeout(60)
class EarlyReadingsTest {

  private static final long NOW = 1_700_000_000_000L;

  private static final DeviceDefinition METER =
      new DeviceDefinition(
          "meter", List.of(new PointDefinition("n", "", ValueType.INT64, PointRules.NONE)));

  @TempDir Path directory;
  private final Clock clock = new Clock();
  private Vertx vertx;

  /** The monotonic clock is the real one; the wall clock runs beside it, right or wrong. */
  private static final class Clock implements TimeSource {

    private volatile long offsetMillis = -monotonicMillis(System.nanoTime()); // 1970 just began
    private volatile boolean trusted;

    @Override
    public long nanoTime() {
      return System.nanoTime();
    }

    @Override
    public boolean trusted() {
      return trusted;
    }

    @Override
    public Instant instant() {
      return Instant.ofEpochMilli(offsetMillis + monotonicMillis(nanoTime()));
    }

    void synchronizedTo(long millis) {
      offsetMillis = millis - monotonicMillis(nanoTime());
      trusted = true;
    }

    Acquisition acquired() {
      long nanos = nanoTime();
      return new Acquisition(offsetMillis + monotonicMillis(nanos), trusted, nanos);
    }

    static long monotonicMillis(long nanos) {
      return Math.floorDiv(nanos, 1_000_000L);
    }
  }

  @BeforeEach
  void open() {
    vertx = Vertx.vertx();
    vertx.eventBus().registerCodec(new AcquiredCodec());
  }

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private Storage storage() throws Exception {
    return await(
        Storage.open(
            vertx,
            OutboxOptions.defaults(directory.resolve("outbox")),
            MemoryOptions.of(8 << 20, 64 << 10, Duration.ofSeconds(15)),
            FlashOptions.DEFAULTS,
            Map.of("cloud", CursorStart.OLDEST),
            clock));
  }

  private ClockAnchors anchors() throws Exception {
    var anchors = ClockAnchors.beside(directory.resolve("clock"), clock);
    await(anchors.start(vertx));
    return anchors;
  }

  /** A process that reads so many values and sends nothing. */
  private void read(int from, int count, Map<Long, Long> monotonicByValue) throws Exception {
    Storage storage = storage();
    anchors();
    String ingest =
        await(
            vertx.deployVerticle(
                new IngestVerticle(0, BatchOptions.DEFAULTS, storage, new CurrentValues(), clock)));
    for (long value = from; value < from + count; value++) {
      Acquisition acquired = clock.acquired();
      monotonicByValue.put(value, Clock.monotonicMillis(acquired.monotonicNanos()));
      var values = new Values.Builder(1);
      values.integer(0, value);
      take(new ReadingBlock(METER, new int[] {0}, values.build(), acquired));
      TimeUnit.MILLISECONDS.sleep(3); // of another millisecond
    }
    Acquisition down = clock.acquired();
    monotonicByValue.put(-1L - from, Clock.monotonicMillis(down.monotonicNanos()));
    take(new DeviceState(METER, false, "timeout", down));
    await(vertx.undeploy(ingest));
    await(storage.close());
  }

  private void take(Acquired acquired) throws Exception {
    var delivery = new DeliveryOptions().setLocalOnly(true).setCodecName(AcquiredCodec.NAME);
    await(vertx.eventBus().request(IngestVerticle.address(0), acquired, delivery));
  }

  @Test
  void readingsFromBeforeTheClockWasTrustedArriveWithTheirTime() throws Exception {
    Map<Long, Long> monotonic = new HashMap<>();
    read(0, 5, monotonic);
    read(5, 5, monotonic);
    long before = clock.millis();
    assertThat(before).as("a clock that nobody set").isLessThan(600_000);
    clock.synchronizedTo(NOW);
    read(10, 5, monotonic);

    ScriptedBroker broker = ScriptedBroker.listen(vertx);
    Storage storage = storage();
    Outbox outbox = storage.serving("cloud");
    var site =
        new UplinkSite(
            new DeadLetters(vertx, directory.resolve("outbox"), 1 << 20, Keys.NONE),
            BareSite.of(anchors(), new CurrentValues(), Commands.NONE, null),
            anchors(),
            clock);
    var options =
        UplinkOptions.of(
            "cloud", "plant-7", URI.create("tcp://127.0.0.1:" + broker.port()), "readings");
    String uplink =
        await(
            vertx.deployVerticle(
                new UplinkVerticle(options, outbox.cursor("cloud"), outbox, site)));
    var values = new ArrayList<Long>();
    var json = new ObjectMapper();
    int states = 0;
    long lastSeq = 0;
    long lastTime = 0;
    while (values.size() < 15 || states < 3) {
      ScriptedBroker.Received received = broker.received.poll(20, TimeUnit.SECONDS);
      assertThat(received).as("after %s", values).isNotNull();
      if (received.retained()) {
        continue;
      }
      JsonNode message = json.readTree(received.payload().getBytes());
      assertThat(message.path("seq").asLong()).as("order").isGreaterThan(lastSeq);
      lastSeq = message.path("seq").asLong();
      boolean early = values.size() < 10 || states < 2;
      assertThat(message.path("clock").asText("trusted"))
          .isEqualTo(early ? "corrected" : "trusted");
      for (JsonNode row : message.at("/devices/meter")) {
        long value = row.at("/v/n").asLong();
        values.add(value);
        long time = row.path("t").asLong();
        // The anchor is of a moment after the readings, by the clock that is right since.
        assertThat(time).isEqualTo(monotonic.get(value) + clock.offsetMillis);
        assertThat(time).as("per device").isGreaterThan(lastTime);
        lastTime = time;
      }
      if (message.has("state")) {
        long time = message.at("/state/meter/t").asLong();
        assertThat(time).isEqualTo(monotonic.get(-1L - 5 * states) + clock.offsetMillis);
        states++;
      }
    }
    assertThat(values)
        .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L, 12L, 13L, 14L);
    await(vertx.undeploy(uplink));
    await(storage.close());
  }
}
