package dev.sluice.driver.modbus.rtu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.PollException;
import dev.sluice.driver.PollFailure;
import dev.sluice.driver.modbus.Seed;
import dev.sluice.driver.modbus.codec.Table;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A reply that comes too late must never be taken for the answer to another request. */
class LateRepliesTest {

  private static final int TIMEOUT_MILLIS = 60;

  /** Twice the timeout, less what two threads of a busy machine may take to see a request. */
  private static final long PROMISED_NANOS = (2 * TIMEOUT_MILLIS - 15) * 1_000_000L;

  @Test
  void theLateReplyIsNotTakenForAnotherRegister() {
    int[] asked = {0};
    try (var rig =
        new SerialRig(
            request -> {
              if (asked[0]++ == 0) {
                Thread.sleep(TIMEOUT_MILLIS + 15);
              }
              request.send(request.reply());
            })) {
      PollException late = rig.refusal(rig.registers(5, 100, 2), TIMEOUT_MILLIS);
      assertThat(late.failure()).isEqualTo(PollFailure.TIMEOUT);

      assertThat(SerialRig.isRight(rig.run(rig.registers(5, 700, 2)), 5, 700)).isTrue();
      assertThat(rig.counted).containsEntry("late_replies", 1);
      assertThat(rig.delays.get(0)).isGreaterThanOrEqualTo(TIMEOUT_MILLIS);
    }
  }

  @Test
  void otherUnitsAreAskedMeanwhile() {
    try (var rig =
        new SerialRig(
            request -> {
              if (request.unit() == 6) {
                request.send(request.reply());
              }
            })) {
      PollException silent = rig.refusal(rig.registers(5, 100, 2), 400);
      long held = System.nanoTime() + silent.quietNanos();

      assertThat(SerialRig.isRight(rig.run(rig.registers(6, 700, 2)), 6, 700)).isTrue();
      assertThat(System.nanoTime() - held).as("before the window was over").isNegative();
    }
  }

  @Test
  void aRequestOfAnotherLengthOrFunctionNeedNotWait() {
    try (var rig =
        new SerialRig(
            request -> {
              if (request.count() != 2 || request.function() != 3) {
                request.send(request.reply());
              }
            })) {
      PollException silent = rig.refusal(rig.registers(5, 100, 2), 1_000);
      long held = System.nanoTime() + silent.quietNanos();

      assertThat(SerialRig.isRight(rig.run(rig.registers(5, 700, 3)), 5, 700)).isTrue();
      rig.run(rig.registers(rig.unit(5), Table.INPUT, 100, 2));
      assertThat(System.nanoTime() - held).as("before the window was over").isNegative();
    }
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
    try (var rig =
        new SerialRig(
            request -> {
              if (chance.nextInt(50) == 0) {
                Thread.sleep(TIMEOUT_MILLIS + chance.nextInt(TIMEOUT_MILLIS));
              }
              request.sendBefore(PROMISED_NANOS);
            })) {
      var judge = new PollJudge(rig, TIMEOUT_MILLIS);
      for (int i = 0; i < polls; i++) {
        judge.ask(1 + random.nextInt(3), random.nextInt(60_000), 2);
      }
      judge.end();
      System.out.printf(
          "late replies: polls=%d right=%d lost=%d too_late_to_send=%d noticed=%s%n",
          polls, judge.right(), judge.lost(), rig.slave.withheld(), rig.counted);
      assertThat(judge.right()).isGreaterThan(polls * 9 / 10);
      assertThat(rig.counted.get("late_replies")).isGreaterThan(polls / 200);
    }
  }

  /** One request is on the wire, one waits that a late reply to the first would fit. */
  @Test
  void aRequestThatWaitedIsNotAnsweredByTheLateReplyToTheOneBefore() {
    int timeoutMillis = 100;
    try (var rig =
        new SerialRig(
            request -> {
              Thread.sleep(timeoutMillis + 15);
              request.sendBefore(170 * 1_000_000L);
            })) {
      var judge = new PollJudge(rig, timeoutMillis);
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
    try (var rig =
        new SerialRig(
            Echo.NO,
            Duration.ofMillis(20),
            request -> {
              request.send(noise);
              Thread.sleep(60);
              request.send(request.reply());
            })) {
      var judge = new PollJudge(rig, 100);
      for (int i = 0; i < 30; i++) {
        judge.ask(5, 100 + 2 * i, 2);
      }
      judge.end();
      assertThat(rig.counted.get("crc_errors")).isPositive();
    }
  }
}
