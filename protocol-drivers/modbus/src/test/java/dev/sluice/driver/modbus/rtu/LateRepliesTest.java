package dev.sluice.driver.modbus.rtu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.PollException;
import dev.sluice.driver.PollFailure;
import dev.sluice.driver.modbus.Seed;
import dev.sluice.driver.modbus.codec.Table;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** A reply that comes too late must never be taken for the answer to another request. */
class LateRepliesTest {

  private static final int TIMEOUT_MILLIS = 30;

  /** Twice the timeout, less what sending takes. */
  private static final long PROMISED_NANOS = (2 * TIMEOUT_MILLIS - 3) * 1_000_000L;

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
   * Every so often the slave answers late, within twice its time; the next poll is another one.
   * Where this machine was so busy that a reply left later than that, it may be taken for another
   * one: such polls are told and not judged.
   */
  @Test
  void noWrongValueInManyPollsWithLateReplies() {
    var random = new Random(Seed.next());
    int polls = Seed.count(1_500, 100_000);
    var chance = new Random(random.nextLong());
    Map<Integer, Long> asked = new ConcurrentHashMap<>();
    Set<Integer> excused = ConcurrentHashMap.newKeySet();
    try (var rig =
        new SerialRig(
            request -> {
              int key = request.unit() << 16 | request.address();
              long since = asked.getOrDefault(key, 0L);
              if (chance.nextInt(50) == 0) {
                Thread.sleep(TIMEOUT_MILLIS + chance.nextInt(TIMEOUT_MILLIS));
              }
              if (System.nanoTime() - since < PROMISED_NANOS) {
                request.send(request.reply());
                if (System.nanoTime() - since > 2 * TIMEOUT_MILLIS * 1_000_000L) {
                  excused.add(request.unit());
                }
              }
            })) {
      int lost = 0;
      int right = 0;
      int notJudged = 0;
      int lostInARow = 0;
      int longest = 0;
      for (int i = 0; i < polls; i++) {
        int unit = 1 + random.nextInt(3);
        int address = random.nextInt(60_000);
        asked.put(unit << 16 | address, System.nanoTime());
        var ended =
            dev.sluice.driver.testkit.LineUnderTest.await(
                rig.start(rig.registers(unit, address, 2), TIMEOUT_MILLIS)
                    .transform(io.vertx.core.Future::succeededFuture));
        if (ended.failed()) {
          lost++;
          longest = Math.max(longest, ++lostInARow);
        } else if (SerialRig.isRight(ended.result(), unit, address)) {
          right++;
          lostInARow = 0;
        } else {
          assertThat(excused).as("poll %d: a wrong value of a promised reply", i).contains(unit);
          excused.remove(unit);
          notJudged++;
        }
      }
      System.out.printf(
          "late replies: polls=%d right=%d lost=%d in_a_row=%d not_judged=%d late=%s%n",
          polls, right, lost, longest, notJudged, rig.counted);
      assertThat(right).isGreaterThan(polls * 9 / 10);
    }
  }
}
