package dev.sluice.gateway.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.TimeSource;
import dev.sluice.driver.Values;
import dev.sluice.gateway.acquire.DeviceDefinition;
import dev.sluice.gateway.acquire.ReadingBlock;
import dev.sluice.gateway.outbox.Outbox;
import dev.sluice.gateway.outbox.OutboxOptions;
import dev.sluice.gateway.outbox.OutboxRecord;
import dev.sluice.gateway.outbox.RecordKind;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blocks become records: when, in which order, and to the end. */
class IngestVerticleTest extends IngestRig {

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
}
