package dev.sluice.gateway.acquire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.PollException;
import dev.sluice.driver.PollFailure;
import dev.sluice.driver.Quality;
import dev.sluice.driver.Values;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Devices that do not answer: how they are found again, and what that costs the others. */
@Tag("alone")
class LineProbesTest extends LineFixture {

  @Test
  void aSilentDeviceIsReportedOnceThenOnlyProbedWhileTheOtherGoesOn() throws Exception {
    driver.behaviour.put("dead", ScriptedDriver.failing(PollFailure.TIMEOUT, Quality.TIMEOUT));
    deploy(device("dead", 20), device("live", 20));

    ReadingBlock bad = nextBlock("dead");
    assertThat(bad.values().quality(0)).isEqualTo(Quality.TIMEOUT);
    DeviceState down = (DeviceState) next(event -> event.device().id().equals("dead"));
    assertThat(down.up()).isFalse();
    assertThat(down.reason()).isEqualTo("timeout");
    // One poll and its one retry, then nothing before the first probe.
    assertThat(driver.asked("dead")).isEqualTo(2);
    for (int i = 0; i < 5; i++) {
      nextBlock("live");
    }
    assertThat(driver.asked("dead")).isLessThanOrEqualTo(3);
  }

  @Test
  void aDeviceThatAnswersAProbeIsPolledAgain() throws Exception {
    driver.behaviour.put("meter", ScriptedDriver.failing(PollFailure.TIMEOUT, Quality.TIMEOUT));
    deploy(device("meter", 20));
    next(event -> event instanceof DeviceState state && !state.up());

    driver.behaviour.remove("meter");

    next(event -> event instanceof DeviceState state && state.up());
    ReadingBlock probe = nextBlock("meter");
    assertThat(nextBlock("meter").values().bits(0)).isEqualTo(probe.values().bits(0) + 1);
    assertThat(line.stats().polls().probes()).isPositive();
  }

  @Test
  void aRemovedDeviceDoesNotComeBackWhenItsLastProbeIsAnswered() throws Exception {
    driver.behaviour.put("meter", ScriptedDriver.failing(PollFailure.TIMEOUT, Quality.TIMEOUT));
    deploy(device("meter", 20), device("live", 20));
    next(event -> event instanceof DeviceState state && state.reason().equals("timeout"));
    Promise<Values> answer = Promise.promise();
    CountDownLatch probed = new CountDownLatch(1);
    driver.behaviour.put(
        "meter",
        () -> {
          probed.countDown();
          return answer.future();
        });
    assertThat(probed.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();

    await(line.setDevices(List.of(device("live", 20))));
    driver.behaviour.remove("meter");
    int asked = driver.asked("meter");
    driver.context.context().runOnContext(n -> answer.complete(new Values.Builder(1).build()));

    next(event -> event instanceof DeviceState state && state.reason().equals("removed"));
    for (int i = 0; i < 10; i++) {
      nextBlock("live");
    }
    assertThat(driver.asked("meter")).isEqualTo(asked);
    assertThat(received).noneMatch(event -> event.device().id().equals("meter"));
  }

  @Test
  void probesOfDeadDevicesTakeOnlyTheirShareOfTheLine() throws Exception {
    var devices = new ArrayList<DeviceSpec>();
    devices.add(device("live", 20));
    for (int i = 0; i < 5; i++) {
      String id = "dead-" + i;
      driver.behaviour.put(id, () -> timeOutAfter(100));
      devices.add(device(id, 20));
    }
    deploy(
        new AcquireOptions(
            50,
            Duration.ofMillis(10),
            Duration.ofMillis(10),
            Duration.ofMillis(10),
            Duration.ofMillis(10),
            64,
            Duration.ofSeconds(5),
            64,
            null),
        devices.toArray(DeviceSpec[]::new));
    for (int i = 0; i < 5; i++) {
      next(event -> event instanceof DeviceState state && !state.up());
    }

    long probesBefore = line.stats().polls().probes();
    long start = System.nanoTime();
    while (System.nanoTime() - start < 3_000_000_000L) {
      nextBlock("live");
    }

    // 5 % of 3 s are 150 ms: one probe of 100 ms and a half, and one that was under way.
    long most = 2 + (System.nanoTime() - start) / 20 / 100_000_000L;
    assertThat(line.stats().polls().probes() - probesBefore).isBetween(1L, most);
  }

  @Test
  void aDeadDeviceIsAskedOnceAtEachReconnectAndNotPolledAgainBeforeItAnswers() throws Exception {
    driver.behaviour.put("dead", ScriptedDriver.failing(PollFailure.TIMEOUT, Quality.TIMEOUT));
    deploy(device("dead", 20), device("live", 20));
    next(event -> event instanceof DeviceState state && state.reason().equals("timeout"));
    nextBlock("live");
    int asked = driver.asked("dead");

    driver.lose("peer closed");
    next(event -> event.device().id().equals("live") && isState(event, false));
    next(event -> event.device().id().equals("live") && isState(event, true));
    for (int i = 0; i < 5; i++) {
      nextBlock("live");
    }

    assertThat(driver.asked("dead") - asked).isBetween(1, 2);
  }

  private Future<Values> timeOutAfter(long millis) {
    Promise<Values> promise = Promise.promise();
    vertx.setTimer(
        millis,
        id -> promise.fail(new PollException(PollFailure.TIMEOUT, Quality.TIMEOUT, "as told")));
    return promise.future();
  }
}
