package dev.sluice.gateway.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.Quality;
import dev.sluice.gateway.acquire.Acquired;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What an outbox does not take in time holds up the lines, and then they are told so. */
class IngestPermitsTest extends IngestRig {

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
}
