package dev.sluice.gateway.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.TimeSource;
import dev.sluice.driver.ValueType;
import dev.sluice.gateway.outbox.CursorStart;
import dev.sluice.gateway.outbox.Outbox;
import dev.sluice.gateway.outbox.OutboxOptions;
import dev.sluice.gateway.outbox.OutboxStats;
import dev.sluice.gateway.outbox.RecordKind;
import dev.sluice.gateway.uplink.connector.BareSite;
import dev.sluice.gateway.uplink.connector.Compression;
import dev.sluice.gateway.uplink.connector.DataRecords;
import dev.sluice.gateway.uplink.connector.Form;
import dev.sluice.gateway.uplink.connector.MqttOptions;
import dev.sluice.gateway.uplink.connector.Seed;
import dev.sluice.gateway.uplink.mqtt.Monotonic;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A day at 500 readings a second with two uplinks, one of which is dead all day: its connections
 * open and nobody answers. The outbox is bounded, so most of the day is forced out for that one.
 * The wall clock of the outbox goes as if the day took a day.
 */
@Tag("alone")
class DayOfOutageTest {

  private static final boolean LONG = Boolean.getBoolean("sluice.long");

  /** In the normal run a day of one hour, and a bound that is to it as 64 MiB are to a day. */
  private static final int HOURS = LONG ? 24 : 1;

  private static final long BOUND = (64L << 20) * HOURS / 24;
  private static final int SEGMENT = LONG ? 8 << 20 : 256 << 10;
  private static final int LINGER_MILLIS = 900;
  private static final int READINGS = 500 * LINGER_MILLIS / 1_000;
  private static final int RECORDS = HOURS * 3_600_000 / LINGER_MILLIS;

  /** So fast goes the day: records per second of the test. */
  private static final int RATE = LONG ? 800 : 500;

  private static final int TICK_MILLIS = 10;
  private static final int POINTS = 45;

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
  void ofTwoUplinksOneIsDeadAllDayAndEverySeqIsAccountedForAtBoth() throws Exception {
    List<byte[]> payloads = payloads(Seed.random().nextLong());
    try (RealBroker broker = RealBroker.start(directory);
        Consumer well = Consumer.of(broker.port(), "well");
        Consumer dead = Consumer.of(broker.port(), "dead")) {
      Percentiles alone = alone(broker, payloads);
      Relay relay = Relay.listen(vertx, 0);
      var clock = new DayClock();
      Outbox outbox = open("day", clock);
      get(outbox.join(Map.of("well", CursorStart.NOW, "dead", CursorStart.NOW)));
      UplinkVerticle wellUplink = uplink("well", "well", broker.port(), outbox);
      UplinkVerticle deadUplink = uplink("dead", "dead", relay.port(), outbox);
      var load = new Load(outbox, clock, payloads);
      load.run(RECORDS);
      assertThat(relay.unanswered()).as("connections that nobody answered").isGreaterThan(3);
      assertThat(deadUplink.stats().connects()).isZero();
      OutboxStats evening = outbox.stats();
      int end = Math.toIntExact(outbox.cursor("dead").next());
      await(well, end, wellUplink);
      Percentiles beside = load.delays(well, 0);

      relay.open(broker.port());
      await(dead, end, deadUplink);
      while (outbox.stats().backlog().values().stream().anyMatch(left -> left > 0)
          || deadUplink.stats().inFlightMessages() > 0) {
        TimeUnit.MILLISECONDS.sleep(5); // the last acknowledgements are on their way
      }
      print(evening, end, well, dead, alone, beside, load);
      judge(evening, end, well, dead, outbox, deadUplink);
      assertThat(beside.millis(99)).as("%s alone, %s beside", alone, beside).isLessThan(2_000);
      get(outbox.close());
    }
  }

  /** The same load with one uplink, to compare with. */
  private Percentiles alone(RealBroker broker, List<byte[]> payloads) throws Exception {
    var clock = new DayClock();
    Outbox outbox = open("alone", clock);
    get(outbox.join(Map.of("well", CursorStart.NOW)));
    try (Consumer consumer = Consumer.of(broker.port(), "alone")) {
      UplinkVerticle uplink = uplink("well", "alone", broker.port(), outbox);
      var load = new Load(outbox, clock, payloads);
      load.run(2 * RATE);
      await(consumer, Math.toIntExact(outbox.cursor("well").next()), uplink);
      for (String id : vertx.deploymentIDs()) {
        get(vertx.undeploy(id));
      }
      get(outbox.close());
      return load.delays(consumer, RATE); // the first second warms up
    }
  }

  private static void await(Consumer consumer, int end, UplinkVerticle uplink) throws Exception {
    long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONG ? 300 : 60);
    while (consumer.firstMissing() < end) {
      assertThat(System.nanoTime() - limit)
          .as("%d of %d, %s", consumer.firstMissing(), end, uplink.stats())
          .isNegative();
      TimeUnit.MILLISECONDS.sleep(5); // a ledger tells no one that it is complete
    }
  }

  private static void print(
      OutboxStats evening,
      int end,
      Consumer well,
      Consumer dead,
      Percentiles alone,
      Percentiles beside,
      Load load) {
    System.out.printf(
        "a day's outage: hours=%d readings=%d seqs=%d bound=%d KiB disk=%d KiB evicted=%d | well:"
            + " received=%d only_named=%d missing=%d repeats=%d | dead: received=%d only_named=%d"
            + " gaps=%d missing=%d repeats=%d | delay of the well one alone %s, beside the dead one"
            + " %s | took %d s%n",
        HOURS,
        (long) RECORDS * READINGS,
        end - 1,
        BOUND >> 10,
        evening.bytes() >> 10,
        evening.evictedRecords(),
        well.receivedCount(),
        well.onlyNamed(),
        end - 1 - well.receivedCount() - well.onlyNamed(),
        well.repeats(),
        dead.receivedCount(),
        dead.onlyNamed(),
        dead.gaps().size(),
        end - 1 - dead.receivedCount() - dead.onlyNamed(),
        dead.repeats(),
        alone,
        beside,
        load.seconds());
  }

  private static void judge(
      OutboxStats evening,
      int end,
      Consumer well,
      Consumer dead,
      Outbox outbox,
      UplinkVerticle deadUplink) {
    assertThat(evening.bytes()).isLessThanOrEqualTo(BOUND + SEGMENT);
    assertThat(evening.evictedRecords()).as("the bound was hit").isGreaterThan(RECORDS / 4);
    // The well one has all of it, and the dead one's losses are no business of its own.
    assertThat(well.receivedCount()).isEqualTo(end - 1);
    assertThat(well.gaps()).allSatisfy(gap -> assertThat(gap.reason()).isEqualTo("other-uplink"));
    assertThat(dead.receivedCount() + dead.onlyNamed()).isEqualTo(end - 1);
    for (Consumer each : List.of(well, dead)) {
      assertThat(each.firstMissing()).isEqualTo(end);
      assertThat(each.violations()).isEmpty();
      assertThat(each.disorder()).as("within a lane").isZero();
    }
    assertThat(dead.gaps()).allSatisfy(gap -> assertThat(gap.reason()).isEqualTo("bytes"));
    long lost = dead.gaps().stream().mapToLong(Consumer.Gap::count).sum();
    assertThat(lost % READINGS).isZero();
    assertThat(lost).as("readings that the gaps count").isEqualTo(evening.evictedReadings());
    UplinkFlow flow = deadUplink.stats().flow();
    assertThat(flow.gapReadings()).containsOnly(Map.entry("bytes", lost));
    assertThat(flow.low()).isEqualTo(end);
    assertThat(outbox.stats().cursorMerges()).isZero();
  }

  private Outbox open(String name, TimeSource clock) throws Exception {
    Path where = Files.createDirectory(directory.resolve(name));
    var options =
        new OutboxOptions(
            where,
            BOUND,
            Duration.ofDays(30),
            Duration.ofMillis(50),
            SEGMENT,
            Duration.ofSeconds(1));
    return get(Outbox.open(vertx, options, clock));
  }

  private UplinkVerticle uplink(String id, String topic, int port, Outbox outbox) throws Exception {
    UplinkOptions usual =
        UplinkOptions.of(id, "plant-7", URI.create("tcp://127.0.0.1:" + port), topic);
    var options =
        new UplinkOptions(
            id,
            "plant-7",
            new MqttOptions(topic, Form.JSON, Compression.NONE, ""),
            new LinkOptions(
                usual.link().url(),
                usual.link().clientId(),
                null,
                null,
                null,
                null,
                usual.link().windowMessages(),
                usual.link().windowBytes(),
                usual.link().maxMessageBytes(),
                usual.link().keepAlive(),
                Duration.ofMillis(500),
                usual.link().ackTimeout(),
                Duration.ofMillis(50),
                Duration.ofMillis(500),
                usual.link().stableAfter()),
            usual.refusals(),
            FlowOptions.DEFAULTS);
    var uplink =
        new UplinkVerticle(
            options,
            outbox.cursor(id),
            outbox::stream,
            outbox::append,
            null,
            BareSite.bare(),
            new Monotonic(),
            Seed.random());
    get(vertx.deployVerticle(uplink));
    return uplink;
  }

  /** Records of ten devices, not all alike; some hundreds of them take turns. */
  private static List<byte[]> payloads(long seed) {
    var random = new Random(seed);
    var payloads = new ArrayList<byte[]>();
    var level = new double[POINTS];
    for (int i = 0; i < 200; i++) {
      var records = new DataRecords();
      for (int point = 0; point < POINTS; point++) {
        records.column("point_" + point, ValueType.FLOAT64);
      }
      for (int device = 0; device < READINGS / POINTS; device++) {
        var values = new Object[POINTS];
        for (int point = 0; point < POINTS; point++) {
          level[point] += random.nextInt(5) - 2;
          values[point] = level[point] / 10;
        }
        records.row("meter-" + device, 1_000L + device, values);
      }
      payloads.add(records.payload());
    }
    return payloads;
  }

  /** Appends a record for each {@link #LINGER_MILLIS} of the day. */
  private final class Load {

    private final Outbox outbox;
    private final DayClock clock;
    private final List<byte[]> payloads;
    private final List<long[]> accepted = new ArrayList<>();
    private long begin;
    private long end;

    Load(Outbox outbox, DayClock clock, List<byte[]> payloads) {
      this.outbox = outbox;
      this.clock = clock;
      this.payloads = payloads;
    }

    void run(int records) throws Exception {
      begin = System.nanoTime();
      var sent = new AtomicInteger();
      var failed = new AtomicInteger();
      var durable = new AtomicInteger();
      long timer =
          vertx.setPeriodic(
              TICK_MILLIS,
              id -> {
                long due = (System.nanoTime() - begin) / 1_000_000 * RATE / 1_000;
                while (sent.get() < Math.min(records, due)) {
                  clock.pass(LINGER_MILLIS);
                  append(payloads.get(sent.getAndIncrement() % payloads.size()))
                      .onSuccess(seq -> durable.incrementAndGet())
                      .onFailure(error -> failed.incrementAndGet());
                }
              });
      long limit = begin + TimeUnit.SECONDS.toNanos(30 + 2L * records / RATE);
      while (durable.get() < records) {
        assertThat(failed).as("refused").hasValue(0);
        assertThat(System.nanoTime() - limit).isNegative();
        TimeUnit.MILLISECONDS.sleep(5); // until the day is over
      }
      vertx.cancelTimer(timer);
      end = System.nanoTime();
    }

    private Future<Long> append(byte[] payload) {
      long at = System.nanoTime();
      return outbox
          .append(RecordKind.DATA, payload, READINGS)
          .onSuccess(seq -> note(Math.toIntExact(seq), at));
    }

    private void note(int seq, long at) {
      synchronized (accepted) {
        accepted.add(new long[] {seq, at});
      }
    }

    /** From the moment in which a record was handed to the outbox to its arrival. */
    Percentiles delays(Consumer consumer, int skipped) {
      synchronized (accepted) {
        return new Percentiles(
            accepted.stream()
                .skip(skipped)
                .mapToLong(each -> consumer.arrivedNanos((int) each[0]) - each[1])
                .toArray());
      }
    }

    long seconds() {
      return TimeUnit.NANOSECONDS.toSeconds(end - begin);
    }
  }

  /** Goes as the test says. */
  private static final class DayClock implements TimeSource {

    private final AtomicLong millis = new AtomicLong();

    void pass(long more) {
      millis.addAndGet(more);
    }

    @Override
    public long nanoTime() {
      return TimeUnit.MILLISECONDS.toNanos(millis.get());
    }

    @Override
    public boolean trusted() {
      return true;
    }

    @Override
    public Instant instant() {
      return Instant.ofEpochMilli(1_700_000_000_000L + millis.get());
    }
  }
}
