package dev.sluice.gateway.acquire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.DeviceSettings;
import dev.sluice.driver.LineSettings;
import dev.sluice.driver.PointSettings;
import dev.sluice.driver.PollException;
import dev.sluice.driver.PollFailure;
import dev.sluice.driver.Quality;
import dev.sluice.driver.Values;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class LineVerticleTest {

  private static final long PATIENCE_SECONDS = 10;

  private final ScriptedDriver driver = new ScriptedDriver();
  private final BlockingQueue<Acquired> received = new LinkedBlockingQueue<>();
  private volatile Consumer<Message<Acquired>> batcher = message -> message.reply(null);
  private Vertx vertx;
  private LineVerticle line;

  @BeforeEach
  void start(Vertx injected) {
    vertx = injected;
    vertx.eventBus().registerCodec(new AcquiredCodec());
    vertx
        .eventBus()
        .<Acquired>localConsumer(
            Acquired.address(0),
            message -> {
              received.add(message.body());
              batcher.accept(message);
            });
  }

  @Test
  void readingsLeaveInOrderWithTheTimeTheyWereAcquired() throws Exception {
    deploy(device("meter", 20));

    long before = System.currentTimeMillis();
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

    nextBlock("meter");
    nextBlock("meter");
    assertThat(line.stats().handed().refused()).containsKey("batch_full");
    assertThat(line.stats().handed().admitted()).isZero();
  }

  @Test
  void devicesAreAddedChangedAndRemovedWhileAnotherMissesNoPoll() throws Exception {
    DeviceSpec steady = device("steady", 20);
    deploy(steady, device("old", 20), device("changing", 20));
    nextBlock("old");
    nextBlock("changing");
    long skippedBefore = line.stats().polls().skippedLate();

    DeviceSpec changed = device("changing", 40);
    await(line.setDevices(List.of(steady, changed, device("new", 20))));

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
    assertThat(line.stats().polls().probes() - probesBefore).isBetween(1L, 3L);
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

  private static boolean isBad(Acquired event) {
    return event instanceof ReadingBlock block && !block.values().allGood();
  }

  private static boolean isState(Acquired event, boolean up) {
    return event instanceof DeviceState state && state.up() == up;
  }

  private Future<Values> timeOutAfter(long millis) {
    Promise<Values> promise = Promise.promise();
    vertx.setTimer(
        millis,
        id -> promise.fail(new PollException(PollFailure.TIMEOUT, Quality.TIMEOUT, "as told")));
    return promise.future();
  }

  private void deploy(DeviceSpec... devices) throws Exception {
    deploy(AcquireOptions.DEFAULTS, devices);
  }

  private void deploy(AcquireOptions options, DeviceSpec... devices) throws Exception {
    var time = new SystemClock(new ClockOptions(ClockTrust.ALWAYS, null));
    var site =
        new AcquireContext(
            options,
            vertx.createNetClient(),
            new ConnectGate(time, 50),
            new DeviceStates(vertx, null),
            time,
            1);
    line =
        new LineVerticle(
            new LineSpec("scripted", new LineSettings("line", new JsonObject())),
            driver,
            List.of(devices),
            site);
    await(vertx.deployVerticle(line));
  }

  private static DeviceSpec device(String id, long everyMillis) {
    return device(id, everyMillis, 1);
  }

  private static DeviceSpec device(String id, long everyMillis, int points) {
    var settings = new ArrayList<PointSettings>();
    for (int i = 0; i < points; i++) {
      settings.add(new PointSettings("value" + i, new JsonObject()));
    }
    var spec = new PointSpec(Duration.ofMillis(everyMillis), "", PointRules.NONE);
    return new DeviceSpec(
        "line",
        new DeviceSettings(id, new JsonObject(), settings),
        Duration.ofMillis(500),
        1,
        Collections.nCopies(points, spec));
  }

  private ReadingBlock nextBlock(String device) throws InterruptedException {
    return (ReadingBlock)
        next(event -> event instanceof ReadingBlock && event.device().id().equals(device));
  }

  private Acquired next(Predicate<Acquired> wanted) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (System.nanoTime() - end < 0) {
      Acquired event = received.poll(100, TimeUnit.MILLISECONDS);
      if (event != null && wanted.test(event)) {
        return event;
      }
    }
    throw new AssertionError("nothing of the kind came within " + PATIENCE_SECONDS + " s");
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }
}
