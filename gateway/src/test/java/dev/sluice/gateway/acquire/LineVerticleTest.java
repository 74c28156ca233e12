package dev.sluice.gateway.acquire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.PollFailure;
import dev.sluice.driver.Quality;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LineVerticleTest extends LineFixture {

  @Test
  void readingsLeaveInOrderWithTheTimeTheyWereAcquired() throws Exception {
    long before = System.currentTimeMillis();
    deploy(device("meter", 20));

    for (int i = 1; i <= 3; i++) {
      ReadingBlock block = nextBlock("meter");
      assertThat(block.values().bits(0)).isEqualTo(i);
      assertThat(block.acquired().wallMillis())
          .isBetween(before - 1000, System.currentTimeMillis());
    }
  }

  @Test
  void aDeviceComesUpOnceBeforeItsFirstReadings() throws Exception {
    deploy(device("meter", 20));

    assertThat(next(event -> true)).isInstanceOf(DeviceState.class);
    nextBlock("meter");
    nextBlock("meter");
    assertThat(received).noneMatch(event -> event instanceof DeviceState);
  }

  @Test
  void anExceptionOfTheDeviceMarksThePointsButKeepsTheDeviceUp() throws Exception {
    driver.behaviour.put(
        "meter", ScriptedDriver.failing(PollFailure.REJECTED, Quality.ILLEGAL_ADDRESS));
    deploy(device("meter", 20));

    next(event -> event instanceof DeviceState state && state.up());
    assertThat(nextBlock("meter").values().quality(0)).isEqualTo(Quality.ILLEGAL_ADDRESS);
    nextBlock("meter");
    assertThat(line.stats().devices().get(0).up()).isTrue();
    assertThat(line.stats().polls().retried()).isZero();
  }

  @Test
  void aDriverThatThrowsHarmsOnlyItsDevice() throws Exception {
    driver.behaviour.put(
        "broken",
        () -> {
          throw new StackOverflowError("as told");
        });
    deploy(device("broken", 20), device("live", 20));

    next(event -> event instanceof DeviceState state && event.device().id().equals("broken"));
    nextBlock("live");
    nextBlock("live");
  }

  @Test
  void aLostLineTakesItsDevicesDownAndComesBackByItself() throws Exception {
    deploy(device("meter", 20));
    nextBlock("meter");

    driver.reachable = false;
    driver.lose("peer closed");
    DeviceState down =
        (DeviceState) next(event -> event instanceof DeviceState state && !state.up());
    assertThat(down.reason()).isEqualTo("disconnected");
    received.clear();
    driver.reachable = true;

    next(event -> event instanceof DeviceState state && state.up());
    nextBlock("meter");
    assertThat(line.stats().connects()).isEqualTo(2);
  }

  @Test
  void withoutPermitsPollsAreSkippedAndCountedAndGoOnAfterwards() throws Exception {
    BlockingQueue<Message<Acquired>> withheld = new LinkedBlockingQueue<>();
    batcher = withheld::add;
    deploy(device("meter", 10));

    while (line.stats().polls().skippedNoPermit() == 0) {
      received.poll(20, TimeUnit.MILLISECONDS);
    }
    // The device state and as many blocks as there are permits, not one more.
    assertThat(withheld).hasSizeLessThanOrEqualTo(AcquireOptions.DEFAULTS.permits() + 1);
    batcher = message -> message.reply(null);
    withheld.forEach(message -> message.reply(null));
    received.clear();
    nextBlock("meter");
  }

  @Test
  void aRefusedBlockIsCountedByItsReason() throws Exception {
    batcher = message -> message.fail(1, "batch_full");
    deploy(device("meter", 10));

    // That it was refused is an answer, which comes after the block.
    for (int i = 0; i < 1_000 && line.stats().handed().refused().isEmpty(); i++) {
      nextBlock("meter");
    }
    assertThat(line.stats().handed().refused()).containsKey("batch_full");
    assertThat(line.stats().handed().admitted()).isZero();
  }

  @Test
  void devicesAreAddedChangedAndRemovedWhileAnotherMissesNoPoll() throws Exception {
    // A machine that stands still for less than a cycle skips none.
    DeviceSpec steady = device("steady", 500);
    deploy(steady, device("old", 500), device("changing", 500));
    nextBlock("old");
    nextBlock("changing");
    long skippedBefore = line.stats().polls().skippedLate();

    DeviceSpec changed = device("changing", 600);
    await(line.setDevices(List.of(steady, changed, device("new", 500))));

    assertThat(driver.closed).containsExactlyInAnyOrder("old", "changing");
    received.clear();
    nextBlock("new");
    nextBlock("changing");
    assertThat(received).noneMatch(event -> event.device().id().equals("old"));
    nextBlock("steady");
    assertThat(driver.closed).doesNotContain("steady");
    assertThat(line.stats().polls().skippedLate()).isEqualTo(skippedBefore);
  }

  @Test
  void anEqualConfigurationTouchesNothing() throws Exception {
    deploy(device("meter", 20));
    DeviceDefinition before = nextBlock("meter").device();

    await(line.setDevices(List.of(device("meter", 20))));

    received.clear();
    assertThat(nextBlock("meter").device()).isSameAs(before);
    assertThat(driver.closed).isEmpty();
  }

  @Test
  void aDriverKeepsStateOfADeviceOverItsRemoval() throws Exception {
    deploy(device("meter", 20));
    await(driver.contexts.get("meter").saveState(Buffer.buffer("learnt")));

    await(line.setDevices(List.of()));
    await(line.setDevices(List.of(device("meter", 20))));

    assertThat(driver.contexts.get("meter").state()).isEqualTo(Buffer.buffer("learnt"));
  }

  @Test
  void aDeviceThatHangsOnOnePollLosesOnlyThePointsOfThatPoll() throws Exception {
    driver.behaviour.put(
        "meter-split/1", ScriptedDriver.failing(PollFailure.TIMEOUT, Quality.TIMEOUT));
    deploy(device("meter-split", 20, 2));

    ReadingBlock bad = (ReadingBlock) next(LineVerticleTest::isBad);
    assertThat(bad.point(0)).isEqualTo(1);
    for (int i = 0; i < 10; i++) {
      assertThat(nextBlock("meter-split").point(0)).isZero();
    }
    assertThat(line.stats().devices().get(0).up()).isTrue();
    // Its first attempt and the retry; then it waits longer and longer.
    assertThat(driver.asked("meter-split/1")).isLessThanOrEqualTo(3);
    assertThat(received).noneMatch(event -> event instanceof DeviceState state && !state.up());
  }

  private static boolean isBad(Acquired event) {
    return event instanceof ReadingBlock block && !block.values().allGood();
  }
}
