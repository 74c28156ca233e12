package dev.sluice.driver.modbus.rtu;

import static dev.sluice.driver.testkit.LineUnderTest.await;
import static io.vertx.core.Future.succeededFuture;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.Poll;
import dev.sluice.driver.PollException;
import dev.sluice.driver.PollFailure;
import dev.sluice.driver.PollResult;
import dev.sluice.driver.modbus.Seed;
import dev.sluice.driver.modbus.codec.Table;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** A reply that comes too late must never be taken for the answer to another request. */
class LateRepliesTest {

  private static final int TIMEOUT_MILLIS = 60;

  /** How late a reply may be, less what two threads may take to see a request. */
  private static final int LATE_MILLIS = TIMEOUT_MILLIS - 15;

  private static final long PROMISED_NANOS = (TIMEOUT_MILLIS + LATE_MILLIS) * 1_000_000L;

  @Test
  void theLateReplyIsNotTakenForAnotherRegister() {
    int timeoutMillis = 500;
    var tooLate = new CountDownLatch(1);
    int[] asked = {0};
    try (var rig =
        new SerialRig(
            request -> {
              if (asked[0]++ == 0) {
                tooLate.await();
              }
              request.send(request.reply());
            })) {
      PollException late = rig.refusal(rig.registers(5, 100, 2), timeoutMillis);
      assertThat(late.failure()).isEqualTo(PollFailure.TIMEOUT);
      Future<PollResult> next = rig.start(rig.registers(5, 700, 2), SerialRig.PATIENT_MILLIS);
      // So much later that the next request would be on the wire, if it were sent now.
      rig.vertx.setTimer(50, id -> tooLate.countDown());

      assertThat(SerialRig.isRight(await(next), 5, 700)).isTrue();
      assertThat(rig.counted).containsEntry("late_replies", 1);
      assertThat(rig.delays.get(0)).isGreaterThanOrEqualTo(timeoutMillis);
    }
  }

  @Test
  void otherUnitsAreAskedMeanwhile() throws InterruptedException {
    BlockingQueue<Integer> asked = new LinkedBlockingQueue<>();
    try (var rig =
        new SerialRig(
            request -> {
              asked.add(request.unit());
              if (request.unit() == 6) {
                request.send(request.reply());
              }
            })) {
      afterSilence(
          rig,
          rig.registers(5, 100, 2),
          List.of(rig.registers(5, 700, 2), rig.registers(6, 700, 2)));

      assertThat(next(asked)).isEqualTo(5);
      assertThat(next(asked)).as("before the one that has to wait").isEqualTo(6);
      assertThat(next(asked)).isEqualTo(5);
    }
  }

  @Test
  void aRequestOfAnotherLengthOrFunctionNeedNotWait() throws InterruptedException {
    BlockingQueue<String> asked = new LinkedBlockingQueue<>();
    try (var rig =
        new SerialRig(
            request -> {
              asked.add("fc" + request.function() + " of " + request.count());
              if (request.count() != 2 || request.function() != 3) {
                request.send(request.reply());
              }
            })) {
      afterSilence(
          rig,
          rig.registers(5, 100, 2),
          List.of(
              rig.registers(5, 700, 2),
              rig.registers(5, 700, 3),
              rig.registers(rig.unit(5), Table.INPUT, 100, 2)));

      assertThat(next(asked)).isEqualTo("fc3 of 2");
      assertThat(next(asked)).as("before the one that has to wait").isEqualTo("fc3 of 3");
      assertThat(next(asked)).as("before the one that has to wait").isEqualTo("fc4 of 2");
      assertThat(next(asked)).isEqualTo("fc3 of 2");
    }
  }

  /** Asks others as soon as a poll was not answered; the first of them must not be answered. */
  private static void afterSilence(SerialRig rig, Poll silent, List<Poll> others) {
    int timeoutMillis = 400;
    Future<List<Throwable>> ended =
        rig.start(silent, timeoutMillis)
            .transform(
                first -> {
                  List<Future<Throwable>> all =
                      others.stream()
                          .map(poll -> rig.start(poll, timeoutMillis))
                          .map(poll -> poll.transform(end -> succeededFuture(end.cause())))
                          .toList();
                  return Future.all(all).map(done -> done.<Throwable>list());
                });
    List<Throwable> causes = await(ended);
    assertThat(causes.get(0)).isInstanceOf(PollException.class);
    assertThat(causes.subList(1, causes.size())).containsOnlyNulls();
  }

  private static <T> T next(BlockingQueue<T> asked) throws InterruptedException {
    T next = asked.poll(10, TimeUnit.SECONDS);
    assertThat(next).as("a request").isNotNull();
    return next;
  }

  @Test
  void anExceptionThatCouldAnswerTheEarlierRequestIsNotBelieved() {
    int[] asked = {0};
    try (var rig =
        new SerialRig(
            request -> {
              if (asked[0]++ > 0) {
                request.send(request.exception(2));
              }
            })) {
      rig.refusal(rig.registers(5, 100, 2), 2_000);

      PollException refusal = rig.refusal(rig.registers(5, 700, 3), 10_000);

      assertThat(refusal.failure()).isEqualTo(PollFailure.BAD_REPLY);
      assertThat(refusal).hasMessageContaining("may answer an earlier request");
    }
  }

  /**
   * Every so often the slave answers late, within twice its time. One request is on the wire and
   * one waits, as always, and none is like the other.
   */
  @Test
  void noWrongValueInManyPollsWithLateReplies() {
    var random = new Random(Seed.next());
    int polls = Seed.count(1_500, 100_000);
    var chance = new Random(random.nextLong());
    int[] asked = {0};
    try (var rig =
        new SerialRig(
            request -> {
              if (++asked[0] % 50 == 0) {
                Thread.sleep(TIMEOUT_MILLIS + chance.nextInt(LATE_MILLIS));
              }
              request.sendBefore(PROMISED_NANOS);
            })) {
      var judge = new PollJudge(rig, TIMEOUT_MILLIS, PROMISED_NANOS);
      for (int i = 0; i < polls; i++) {
        judge.ask(1 + random.nextInt(3), random.nextInt(60_000), 2);
      }
      judge.end();
      System.out.printf(
          "late replies: polls=%d right=%d lost=%d too_late_to_send=%d noticed=%s%n",
          polls, judge.right(), judge.lost(), rig.slave.withheld(), rig.counted);
      // Of those that a busy machine let the slave answer in time.
      assertThat(judge.right()).isGreaterThan((polls - rig.slave.withheld()) * 9 / 10);
      assertThat(rig.counted.get("late_replies")).isGreaterThan(polls / 200);
    }
  }

  /** One request is on the wire, one waits that a late reply to the first would fit. */
  @Test
  void aRequestThatWaitedIsNotAnsweredByTheLateReplyToTheOneBefore() {
    int timeoutMillis = 100;
    long promisedNanos = 150 * 1_000_000L; // of 200
    Map<Integer, CountDownLatch> ended = new ConcurrentHashMap<>();
    IntFunction<CountDownLatch> end =
        address -> ended.computeIfAbsent(address, key -> new CountDownLatch(1));
    try (var rig =
        new SerialRig(
            request -> {
              Thread.sleep(timeoutMillis + 15);
              end.apply(request.address()).await(); // the time-out of a busy machine may be later
              request.sendBefore(promisedNanos);
            })) {
      var judge =
          new PollJudge(
              rig, timeoutMillis, promisedNanos, address -> end.apply(address).countDown());
      for (int i = 0; i < 20; i++) {
        judge.ask(5, 100 + 2 * i, 2);
      }
      judge.end();
      assertThat(judge.lost()).as("each of them came too late").isEqualTo(20);
    }
  }

  /** Noise as long as the reply ends the wait for it; the reply itself is still to come. */
  @Test
  void aReplyBehindNoiseThatWasTakenForItIsNotTakenForAnotherOne() {
    byte[] noise = {9, 9, 9, 9, 9, 9, 9, 9, 9, 9};
    long promisedNanos = 150 * 1_000_000L; // of twice 100
    try (var rig =
        new SerialRig(
            Echo.NO,
            Duration.ofMillis(20),
            request -> {
              request.send(noise);
              Thread.sleep(60);
              request.sendBefore(promisedNanos);
            })) {
      var judge = new PollJudge(rig, 100, promisedNanos);
      for (int i = 0; i < 30; i++) {
        judge.ask(5, 100 + 2 * i, 2);
      }
      judge.end();
      assertThat(rig.counted.get("crc_errors")).isPositive();
    }
  }
}
