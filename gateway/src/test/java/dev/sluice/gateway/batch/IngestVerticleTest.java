package dev.sluice.gateway.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.Quality;
import dev.sluice.driver.TimeSource;
import dev.sluice.driver.ValueType;
import dev.sluice.driver.Values;
import dev.sluice.gateway.acquire.Acquired;
import dev.sluice.gateway.acquire.DeviceDefinition;
import dev.sluice.gateway.acquire.ReadingBlock;
import dev.sluice.gateway.outbox.Outbox;
import dev.sluice.gateway.outbox.OutboxOptions;
import dev.sluice.gateway.outbox.OutboxRecord;
import dev.sluice.gateway.outbox.RecordKind;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class IngestVerticleTest {

  private static final DeviceDefinition A = Plant.device("a", ValueType.INT64, 100);
  // One block of A is beyond the 1 KiB that a record and a share may hold here.
  private static final BatchOptions SMALL =
      new BatchOptions(Duration.ofMillis(20), 1024, 1024, Duration.ofMillis(60), 1);

  private final Vertx vertx = Vertx.vertx();
  private final Shelf shelf = new Shelf();
  private final TimeSource time = new SystemTime(0);
  private String deployment = "";

  @BeforeEach
  void codec() {
    vertx.eventBus().registerCodec(new ByReference());
  }

  @AfterEach
  void close() throws Exception {
    shelf.release();
    await(vertx.close());
  }

  @Test
  void thePermitComesAtOnceAndTheRecordWithTheTick() throws Exception {
    // A whole linger is left to the tick.
    var verticle =
        new IngestVerticle(0, BatchOptions.DEFAULTS, shelf, new CurrentValues(), new SystemTime(0));
    deployment = await(vertx.deployVerticle(verticle));
    await(request(0, Plant.block(A, 0, 7)));
    assertThat(shelf.kinds()).isEmpty();
    assertThat(verticle.stats().pendingBytes()).isPositive();
    until(() -> verticle.stats().records() == 1 && verticle.stats().pendingBytes() == 0);
    assertThat(shelf.content().get(0)).hasSize(100);
  }

  /** The bound holds: what the outbox does not take stops the lines, and they are told why. */
  @Test
  void aStuckOutboxWithholdsPermitsAndThenRefuses() throws Exception {
    shelf.stick();
    // It waits long enough to be seen.
    var options = new BatchOptions(Duration.ofMillis(20), 1024, 1024, Duration.ofSeconds(2), 1);
    IngestVerticle verticle = deploy(0, options);
    await(request(0, block(0)));
    Future<Void> second = request(0, block(1));
    until(() -> verticle.stats().waitingBlocks() == 1);
    assertThat(second.isComplete()).isFalse();
    assertThat(refusal(second)).isEqualTo("batch_full");
    IngestStats stats = verticle.stats();
    assertThat(stats.refusedBlocks()).isEqualTo(Map.of("batch_full", 1L));
    assertThat(stats.refusedReadings()).isEqualTo(Map.of("batch_full", 100L));
    assertThat(stats.waitingBlocks()).isZero();
    assertThat(stats.readingsIn()).isEqualTo(100);
  }

  /** It is said once only, so it must not be lost where readings may be. */
  @Test
  void thatADeviceIsDownIsNeverRefusedForWantOfRoom() throws Exception {
    shelf.stick();
    IngestVerticle verticle = deploy(0, SMALL);
    await(request(0, block(0)));
    await(request(0, bad(1)));
    await(request(0, Plant.state(A, 1, false)));
    Future<Void> refused = request(0, block(2));
    Future<Void> beyond = request(0, block(3));
    Future<Void> bad = request(0, bad(4));
    Future<Void> state = request(0, Plant.state(A, 4, false));
    assertThat(refusal(beyond)).isEqualTo("batch_full");
    assertThat(refusal(refused)).isEqualTo("batch_full");
    await(bad);
    await(state);
    shelf.release();
    until(() -> verticle.stats().stateRecords() == 2);
    assertThat(shelf.content())
        .extracting(record -> record.get(0))
        .containsExactly(
            first(0),
            "a@1700000000001 p0[] int64 timeout",
            "a@1700000000001 down",
            "a@1700000000004 down");
    assertThat(verticle.stats().refusedBlocks()).isEqualTo(Map.of("batch_full", 2L));
    assertThat(verticle.stats().waitingBlocks()).isZero();
  }

  @Test
  void thatADeviceIsDownStaysBehindWhatWaits() throws Exception {
    shelf.stick();
    var patient = new BatchOptions(Duration.ofMillis(20), 1024, 1024, Duration.ofMinutes(1), 1);
    IngestVerticle verticle = deploy(0, patient);
    await(request(0, block(0)));
    Future<Void> waits = request(0, block(1));
    Future<Void> bad = request(0, bad(2));
    Future<Void> state = request(0, Plant.state(A, 2, false));
    until(() -> verticle.stats().waitingBlocks() == 3);
    shelf.release();
    await(Future.all(waits, bad, state));
    until(() -> verticle.stats().stateRecords() == 1);
    assertThat(shelf.content())
        .extracting(record -> record.get(0))
        .containsExactly(
            first(0), first(1), "a@1700000000002 p0[] int64 timeout", "a@1700000000002 down");
  }

  /** A refused block is not remembered as sent: the next one says what it would have said. */
  @Test
  void whatARefusedBlockWouldHaveSaidTheNextOneSays() throws Exception {
    shelf.stick();
    IngestVerticle verticle = deploy(0, SMALL);
    await(request(0, block(0)));
    assertThat(refusal(request(0, partlyBad(1)))).isEqualTo("batch_full");
    shelf.release();
    until(() -> verticle.stats().pendingBytes() == 0);
    await(request(0, partlyBad(2)));
    until(() -> verticle.stats().records() == 2);
    assertThat(shelf.content().get(1))
        .hasSize(100)
        .startsWith("a@1700000000002 p0[] int64 timeout");
  }

  private static Acquired bad(int i) {
    return Plant.block(
        A,
        Plant.at(i),
        values -> {
          for (int point = 0; point < A.points().size(); point++) {
            values.bad(point, Quality.TIMEOUT);
          }
        });
  }

  private static Acquired partlyBad(int i) {
    return Plant.block(
        A,
        Plant.at(i),
        values -> {
          values.bad(0, Quality.TIMEOUT);
          for (int point = 1; point < A.points().size(); point++) {
            values.integer(point, i);
          }
        });
  }

  @Test
  void aWithheldPermitIsGivenWhenTheOutboxCaughtUp() throws Exception {
    shelf.stick();
    var patient = new BatchOptions(Duration.ofMillis(20), 1024, 1024, Duration.ofMinutes(1), 1);
    IngestVerticle verticle = deploy(0, patient);
    await(request(0, block(0)));
    Future<Void> second = request(0, block(1));
    until(() -> verticle.stats().waitingBlocks() == 1);
    shelf.release();
    await(second);
    until(() -> verticle.stats().records() == 2);
    assertThat(shelf.content().get(1).get(0)).isEqualTo(first(1));
    assertThat(verticle.stats().refusedBlocks()).isEmpty();
  }

  @Test
  void noMoreWaitsThanMayBeAdmitted() throws Exception {
    shelf.stick();
    var patient = new BatchOptions(Duration.ofMillis(20), 1024, 1024, Duration.ofMinutes(1), 1);
    IngestVerticle verticle = deploy(0, patient);
    await(request(0, block(0)));
    Future<Void> waiting = request(0, block(1));
    assertThat(refusal(request(0, block(2)))).isEqualTo("batch_full");
    assertThat(waiting.isComplete()).isFalse();
    assertThat(verticle.stats().waitingBlocks()).isOne();
  }

  @Test
  void theOrderOfADeviceIsKeptThroughWaitingAndStates() throws Exception {
    shelf.stick();
    var patient = new BatchOptions(Duration.ofMillis(20), 1024, 4096, Duration.ofMinutes(1), 1);
    IngestVerticle verticle = deploy(0, patient);
    var answers = new ArrayList<Future<Void>>();
    for (int i = 0; i < 6; i++) {
      answers.add(request(0, i == 4 ? Plant.state(A, i, false) : block(i)));
    }
    until(() -> verticle.stats().waitingBlocks() > 0);
    shelf.release();
    await(Future.all(answers));
    until(() -> verticle.stats().records() + verticle.stats().stateRecords() == 6);
    List<List<String>> content = shelf.content();
    for (int i = 0; i < 6; i++) {
      String expected = i == 4 ? "a@1700000000004 down" : first(i);
      assertThat(content.get(i).get(0)).isEqualTo(expected);
    }
  }

  @Test
  void stoppingStoresWhatIsThereAndWaitsForIt() throws Exception {
    shelf.stick();
    deploy(0, BatchOptions.DEFAULTS);
    for (int i = 0; i < 100; i++) {
      await(request(0, Plant.block(A, i, i)));
    }
    Future<Void> stopped = vertx.undeploy(deployment);
    until(() -> shelf.readings() == 10_000);
    assertThat(stopped.isComplete()).isFalse();
    shelf.release();
    await(stopped);
    assertThat(shelf.heldBack()).isZero();
  }

  @Test
  void whoeverWaitsWhenItStopsIsToldSo() throws Exception {
    shelf.stick();
    var patient = new BatchOptions(Duration.ofMillis(20), 1024, 1024, Duration.ofMinutes(1), 1);
    IngestVerticle verticle = deploy(0, patient);
    await(request(0, block(0)));
    Future<Void> waiting = request(0, block(1));
    until(() -> verticle.stats().waitingBlocks() == 1);
    Future<Void> stopped = vertx.undeploy(deployment);
    assertThat(refusal(waiting)).isEqualTo("stopping");
    shelf.release();
    await(stopped);
    assertThat(verticle.stats().refusedBlocks()).isEqualTo(Map.of("stopping", 1L));
  }

  /** Their records share a commit, so they must come close together. */
  @Test
  void allVerticlesTickTogether() throws Exception {
    long linger = TimeUnit.SECONDS.toNanos(2);
    var slow =
        new BatchOptions(Duration.ofNanos(linger), 64 << 10, 8 << 20, Duration.ofSeconds(2), 2);
    // They come to be in the middle between two ticks: who counts from there ticks there, too.
    TimeSource middle = new SystemTime(linger / 2);
    BlockingQueue<Long> arrivals = new LinkedBlockingQueue<>();
    Sink stamping =
        (kind, payload, readings) -> {
          arrivals.add(middle.nanoTime());
          return Future.succeededFuture(1L);
        };
    for (int number = 0; number < 2; number++) {
      await(
          vertx.deployVerticle(
              new IngestVerticle(number, slow, stamping, new CurrentValues(), middle)));
    }
    await(request(0, Plant.block(A, 0, 1)));
    await(request(1, Plant.block(A, 0, 1)));
    for (int number = 0; number < 2; number++) {
      assertThat(arrivals.poll(20, TimeUnit.SECONDS))
          .as("with the first tick")
          .isBetween(linger, linger + linger / 2);
    }
  }

  @Test
  void aFaultyBlockIsAnsweredAndTheNextOneWorks() throws Exception {
    IngestVerticle verticle = deploy(0, SMALL);
    var broken = new DeviceDefinition("broken", A.points().subList(0, 1));
    var block = new ReadingBlock(broken, new int[] {9}, new Values.Builder(1).build(), Plant.at(0));
    assertThat(refusal(request(0, block))).isEqualTo("fault");
    await(request(0, block(1)));
    until(() -> verticle.stats().records() == 1);
    assertThat(shelf.kinds()).containsExactly(RecordKind.DATA);
    assertThat(verticle.stats().refusedReadings()).isEqualTo(Map.of("fault", 1L));
  }

  /** Not a figure, a sign of life: what one event loop does with the bus in between. */
  @Test
  void manyBlocksPassTheBusCompletely() throws Exception {
    IngestVerticle verticle = deploy(0, BatchOptions.DEFAULTS);
    int blocks = Seed.rounds(4_000, 100_000);
    long start = System.nanoTime();
    for (int sent = 0; sent < blocks; sent += 100) {
      var answers = new ArrayList<Future<Void>>();
      for (int i = 0; i < 100; i++) {
        answers.add(request(0, Plant.block(A, sent + i, sent + i)));
      }
      await(Future.all(answers));
    }
    await(vertx.undeploy(deployment));
    long micros = (System.nanoTime() - start) / 1000;
    IngestStats stats = verticle.stats();
    System.out.printf(
        "ingest: %d readings in %d us, %d records, %d bytes of %d%n",
        stats.readingsIn(), micros, stats.records(), stats.compressedBytes(), stats.rawBytes());
    assertThat(shelf.readings()).isEqualTo(100L * blocks);
    assertThat(stats.pendingBytes()).isZero();
  }

  @Test
  void whatIsAdmittedIsInTheOutboxAfterTheTick(@TempDir Path directory) throws Exception {
    Outbox outbox = await(Outbox.open(vertx, OutboxOptions.defaults(directory), time));
    var verticle = new IngestVerticle(3, SMALL, outbox::append, new CurrentValues(), time);
    deployment = await(vertx.deployVerticle(verticle));
    await(request(3, block(0)));
    await(request(3, Plant.state(A, 1, false)));
    await(vertx.undeploy(deployment));
    List<OutboxRecord> records = await(outbox.cursor("cloud").read(1, 1 << 20));
    assertThat(records).hasSize(2);
    assertThat(records.get(0).kind()).isEqualTo(RecordKind.DATA);
    assertThat(records.get(0).readings()).isEqualTo(100);
    assertThat(Readings.of(records.get(0).payload())).hasSize(100).contains(first(0));
    assertThat(DeviceStateRecord.decode(records.get(1).payload()))
        .isEqualTo(new DeviceStateRecord("a", Plant.T + 1, true, false, "timeout"));
    assertThat(verticle.stats().records()).isOne();
    assertThat(verticle.stats().stateRecords()).isOne();
    await(outbox.close());
  }

  private static Acquired block(int i) {
    return Plant.block(A, i, Long.MAX_VALUE - i);
  }

  private static String first(int i) {
    return "a@" + (Plant.T + i) + " p0[] int64 " + (Long.MAX_VALUE - i);
  }

  private IngestVerticle deploy(int number, BatchOptions options) throws Exception {
    var verticle = new IngestVerticle(number, options, shelf, new CurrentValues(), time);
    deployment = await(vertx.deployVerticle(verticle));
    return verticle;
  }

  private Future<Void> request(int number, Acquired body) {
    var options =
        new DeliveryOptions()
            .setLocalOnly(true)
            .setCodecName("by-reference")
            .setSendTimeout(20_000);
    return vertx.eventBus().request(IngestVerticle.address(number), body, options).mapEmpty();
  }

  private static String refusal(Future<Void> answer) throws Exception {
    try {
      await(answer);
      throw new AssertionError("admitted");
    } catch (ExecutionException e) {
      var reply = (ReplyException) e.getCause();
      assertThat(reply.failureType()).isEqualTo(ReplyFailure.RECIPIENT_FAILURE);
      return reply.getMessage();
    }
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private static void until(Condition condition) throws InterruptedException {
    while (!condition.holds()) {
      TimeUnit.MILLISECONDS.sleep(2);
    }
  }

  private interface Condition {
    boolean holds();
  }

  private static final class SystemTime implements TimeSource {

    private final long origin;

    /** Begins with so many nanoseconds. */
    SystemTime(long first) {
      origin = System.nanoTime() - first;
    }

    @Override
    public long nanoTime() {
      return System.nanoTime() - origin;
    }

    @Override
    public boolean trusted() {
      return true;
    }

    @Override
    public Instant instant() {
      return Instant.ofEpochMilli(Plant.T);
    }
  }

  private static final class ByReference implements MessageCodec<Acquired, Acquired> {

    @Override
    public void encodeToWire(Buffer buffer, Acquired acquired) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Acquired decodeFromWire(int pos, Buffer buffer) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Acquired transform(Acquired acquired) {
      return acquired;
    }

    @Override
    public String name() {
      return "by-reference";
    }

    @Override
    public byte systemCodecID() {
      return -1;
    }
  }
}
