package dev.sluice.driver.testkit;

import static dev.sluice.driver.testkit.LineUnderTest.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.Device;
import dev.sluice.driver.DeviceSettings;
import dev.sluice.driver.Poll;
import dev.sluice.driver.PollFailure;
import dev.sluice.driver.PollResult;
import dev.sluice.driver.PollTiming;
import dev.sluice.driver.ValueType;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What a driver promises whose devices are polled: {@link dev.sluice.driver.Device} says it, and
 * {@link LineContractTest} what its line promises. Extend it, give the driver, settings, a peer and
 * the values that it serves.
 */
public abstract class DriverContractTest extends LineContractTest {

  private static final Duration AMPLE = Duration.ofSeconds(10);

  /** How much later than its timeout a poll may fail, by the clock of its event loop. */
  private static final Duration GRACE = Duration.ofMillis(150);

  /** How long a poll may take in the tests in which it fails. */
  protected Duration timeout() {
    return Duration.ofMillis(250);
  }

  @Test
  final void planReadsEachPointExactlyOnce() {
    Device device = line().addDevice(device());
    Random random = SeededRandom.create("plans");
    int size = device().points().size();
    var wanted = new ArrayList<int[]>();
    wanted.add(IntStream.range(0, size).toArray());
    IntStream.range(0, size).forEach(point -> wanted.add(new int[] {point}));
    for (int i = 0; i < 50; i++) {
      wanted.add(IntStream.range(0, size).filter(point -> random.nextBoolean()).toArray());
    }
    for (int[] points : wanted) {
      List<Poll> plan = plan(device, points);
      assertThat(plan.stream().flatMapToInt(poll -> IntStream.of(poll.points())))
          .as("points of %s", plan)
          .containsExactlyInAnyOrder(Arrays.stream(points).boxed().toArray(Integer[]::new));
      assertThat(plan)
          .allSatisfy(poll -> assertThat(poll.points()).isNotEmpty())
          .allSatisfy(poll -> assertThat(poll.busNanos()).isNotNegative())
          .allSatisfy(poll -> assertThat(poll.describe()).isNotBlank());
    }
  }

  @Test
  final void deviceAddedBeforeConnectingIsRead() {
    Device device = line().addDevice(device());
    line().connect();
    checkReads(device, 1);
  }

  @Test
  final void deviceAddedWhileConnectedIsReadAndDisturbsNobody() {
    Device first = line().addDevice(device());
    line().connect();
    checkReads(first, 1);
    Device second = line().addDevice(another());
    checkReads(second, 1);
    line()
        .call(
            () -> {
              second.close();
              return Future.succeededFuture();
            });
    serve(2);
    checkReads(first, 2);
  }

  @Test
  final void timingIsThatOfTheTransaction() {
    Device device = line().addDevice(device());
    line().connect();
    for (Poll poll : plan(device)) {
      Polled polled = line().poll(device, poll, AMPLE);
      PollTiming timing = polled.succeededResult().timing();
      assertThat(timing.requestEndNanos() - polled.startNanos()).isNotNegative();
      assertThat(timing.firstByteNanos() - timing.requestEndNanos()).isNotNegative();
      assertThat(timing.lastByteNanos() - timing.firstByteNanos()).isNotNegative();
      assertThat(polled.endNanos() - timing.lastByteNanos()).isNotNegative();
      assertThat(timing.bytesOut()).isPositive();
      assertThat(timing.bytesIn()).isPositive();
    }
  }

  @Test
  final void everyChunkingOfAReplyGivesTheSameValues() {
    Device device = line().addDevice(device());
    line().connect();
    for (int bytesPerPiece : new int[] {1, 2, 3, 7}) {
      proxy().toClient().throttle(bytesPerPiece * 1000);
      checkReads(device, 1);
    }
  }

  @Test
  final void slowReplyIsTimedFromItsFirstToItsLastByte() {
    Device device = line().addDevice(device());
    line().connect();
    Poll poll = plan(device).get(0);
    int length = line().poll(device, poll, AMPLE).succeededResult().timing().bytesIn();
    proxy().toClient().throttle(1000);
    PollTiming slow = line().poll(device, poll, AMPLE).succeededResult().timing();
    assertThat(slow.bytesIn()).isEqualTo(length);
    assertThat(slow.lastByteNanos() - slow.firstByteNanos())
        .as("%s bytes, one in each millisecond", length)
        .isGreaterThanOrEqualTo((length - 2) * 1_000_000L);
  }

  @Test
  final void asManyPollsAsAllowedRunAtOnce() {
    Device device = line().addDevice(device());
    line().connect();
    List<Poll> plan = plan(device);
    int concurrency = line().call(() -> Future.succeededFuture(line().line().concurrency()));
    for (int round = 0; round < 5; round++) {
      var running = new ArrayList<Future<Polled>>();
      for (int i = 0; i < concurrency; i++) {
        running.add(line().start(device, plan.get(i % plan.size()), AMPLE));
      }
      for (int i = 0; i < concurrency; i++) {
        checkValues(device, plan.get(i % plan.size()), await(running.get(i)).succeededResult(), 1);
      }
    }
  }

  @Test
  final void silentDeviceFailsInTimeAndIsReadWhenItIsBack() {
    Device device = line().addDevice(device());
    line().connect();
    Poll poll = plan(device).get(0);
    proxy().toClient().blackHole(true);
    Future<Polled> running = line().start(device, poll, timeout());
    Future<Boolean> inTime = endsWithin(running, timeout().plus(GRACE));
    Polled polled = await(running);
    polled.failedWith(PollFailure.TIMEOUT);
    assertThat(polled.nanos()).isGreaterThanOrEqualTo(timeout().toNanos());
    assertThat(await(inTime)).as("failed within %s of its timeout", GRACE).isTrue();
    proxy().toClient().blackHole(false);
    checkValues(device, poll, line().recover(device, poll, timeout()), 1);
  }

  @Test
  final void lateReplyIsNeverTakenForTheNextAnswer() {
    Device device = line().addDevice(device());
    line().connect();
    Random random = SeededRandom.create("late replies");
    long timeout = timeout().toMillis();
    for (int round = 0; round < (LONG ? 20 : 2); round++) {
      serve(1);
      // Beyond the timeout, within twice of it: so long the promise reaches.
      long late = timeout + 20 + random.nextInt((int) (timeout * 7 / 10));
      proxy().toClient().delay(Duration.ofMillis(late));
      for (Poll poll : firstTwo(plan(device))) {
        // Each answer comes after its timeout: one that succeeds took the answer to another.
        line().poll(device, poll, timeout()).failedWith(PollFailure.TIMEOUT);
        if (!line().isUp()) {
          line().connect();
        }
      }
      serve(2);
      proxy().toClient().delay(Duration.ZERO);
      for (Poll poll : plan(device)) {
        checkValues(device, poll, line().recover(device, poll, timeout()), 2);
      }
    }
  }

  @Test
  final void replyThatIsCutOffNeverBecomesValues() {
    Device device = line().addDevice(device());
    line().connect();
    Poll poll = plan(device).get(0);
    int length = line().poll(device, poll, AMPLE).succeededResult().timing().bytesIn();
    int step = LONG ? 1 : Math.max(1, length / 8);
    for (int bytes = 0; bytes < length; bytes += step) {
      proxy().toClient().cutAfter(bytes, bytes % 2 == 0 ? Cut.FIN : Cut.RESET);
      line().poll(device, poll, AMPLE).failedWith(PollFailure.LINE_DOWN);
      checkValues(device, poll, line().recover(device, poll, AMPLE), 1);
    }
  }

  @Test
  final void damagedRepliesFailAsPollsAndNothingElse() {
    Device device = line().addDevice(device());
    line().connect();
    Random random = SeededRandom.create("damage");
    Poll poll = plan(device).get(0);
    for (int i = 0; i < (LONG ? 100 : 5); i++) {
      proxy().toClient().corrupt(0.2, random.nextLong());
      Polled polled = line().poll(device, poll, timeout());
      if (!polled.succeeded()) {
        polled.failedInWords();
      }
      if (!line().isUp()) {
        line().connect();
      }
    }
    proxy().toClient().clear();
    checkValues(device, poll, line().recover(device, poll, timeout()), 1);
  }

  @Test
  final void resetFailsPollsInFlightBeforeTheLineIsLost() {
    pollsInFlightFailBeforeTheLineIsLost(Cut.RESET);
  }

  @Test
  final void closeByThePeerFailsPollsInFlightBeforeTheLineIsLost() {
    pollsInFlightFailBeforeTheLineIsLost(Cut.FIN);
  }

  private void pollsInFlightFailBeforeTheLineIsLost(Cut how) {
    Device device = line().addDevice(device());
    line().connect();
    Poll poll = plan(device).get(0);
    Future<Polled> inFlight = startUnanswered(device, poll);
    Future<Boolean> failedFirst = context().nextLost().map(reason -> inFlight.isComplete());
    await(proxy().cut(how));
    await(inFlight).failedWith(PollFailure.LINE_DOWN);
    assertThat(await(failedFirst)).as("polls fail before lost() is called").isTrue();
    proxy().toClient().clear();
    line().connect();
    checkValues(device, poll, line().poll(device, poll, AMPLE).succeededResult(), 1);
    assertThat(context().lost()).hasSize(1);
  }

  @Test
  final void closingFailsPollsInFlight() {
    Device device = line().addDevice(device());
    line().connect();
    Future<Polled> inFlight = startUnanswered(device, plan(device).get(0));
    line().close();
    await(inFlight).failedWith(PollFailure.LINE_DOWN);
    await(proxy().whenIdle());
    line().close();
    assertThat(context().lost()).as("a line that was closed is not lost").isEmpty();
  }

  /** A poll whose request has left and whose answer never comes. */
  private Future<Polled> startUnanswered(Device device, Poll poll) {
    proxy().toClient().blackHole(true);
    long before = proxy().arrived(Direction.TO_SERVER);
    Future<Polled> polled = line().start(device, poll, AMPLE);
    await(proxy().whenArrived(Direction.TO_SERVER, before + 1));
    assertThat(polled.isComplete()).isFalse();
    return polled;
  }

  /** Whether a poll that was just begun has ended when a timer of its event loop fires. */
  private Future<Boolean> endsWithin(Future<Polled> running, Duration limit) {
    Promise<Boolean> ended = Promise.promise();
    Context loop = context().context();
    // Begun after the poll, and one turn longer: on a machine that was busy both may be over.
    loop.runOnContext(
        begun ->
            context()
                .vertx()
                .setTimer(
                    limit.toMillis(),
                    id -> loop.runOnContext(v -> ended.complete(running.isComplete()))));
    return ended.future();
  }

  private DeviceSettings another() {
    DeviceSettings first = device();
    return new DeviceSettings(first.id() + "-2", first.json(), first.points());
  }

  private List<Poll> plan(Device device) {
    return plan(device, IntStream.range(0, device().points().size()).toArray());
  }

  private List<Poll> plan(Device device, int[] points) {
    return line().call(() -> Future.succeededFuture(device.plan(points)));
  }

  private static List<Poll> firstTwo(List<Poll> plan) {
    return List.of(plan.get(0), plan.get(plan.size() - 1));
  }

  private void checkReads(Device device, int round) {
    for (Poll poll : plan(device)) {
      checkValues(device, poll, line().poll(device, poll, AMPLE).succeededResult(), round);
    }
  }

  private void checkValues(Device device, Poll poll, PollResult result, int round) {
    List<ValueType> types =
        line()
            .call(
                () ->
                    Future.succeededFuture(
                        IntStream.range(0, device().points().size())
                            .mapToObj(device::type)
                            .toList()));
    assertThat(readable(poll.points(), result.values(), types))
        .as(poll.describe())
        .isEqualTo(expected(round, poll.points(), types));
  }
}
