package dev.sluice.gateway.acquire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.Poll;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.Test;

class PollScheduleTest {

  private static final long MS = 1_000_000;

  private final PollSchedule schedule = new PollSchedule();

  @Test
  void nothingRunsBeforeItsCycleBegins() {
    schedule.add(poll("a", 100, 50));

    assertThat(schedule.take(49 * MS)).isNull();
    assertThat(schedule.nanosToNext(49 * MS)).isEqualTo(MS);
    assertThat(name(schedule.take(50 * MS))).isEqualTo("a");
  }

  @Test
  void theCycleThatEndsFirstGoesFirstWhateverBeganFirst() {
    schedule.add(poll("slow", 1000, 0));
    schedule.add(poll("fast", 100, 20));

    assertThat(List.of(name(schedule.take(30 * MS)), name(schedule.take(30 * MS))))
        .containsExactly("fast", "slow");
  }

  @Test
  void missedCyclesAreCountedAndNeverMadeUpFor() {
    ScheduledPoll poll = poll("a", 100, 0);
    schedule.add(poll);

    assertThat(schedule.take(350 * MS)).isSameAs(poll);
    schedule.done(poll);

    assertThat(schedule.skipped()).isEqualTo(3);
    assertThat(schedule.take(399 * MS)).isNull();
    assertThat(schedule.take(400 * MS)).as("in its phase").isSameAs(poll);
  }

  @Test
  void aLineWithTooMuchToDoIsSharedEvenlyWhateverThePhases() {
    for (int i = 0; i < 10; i++) {
      schedule.add(poll("poll-" + i, 100, i * 7));
    }
    var turns = new HashMap<String, Integer>();
    for (long now = 100; now < 100 + 14 * 1_000; now += 14) { // a round takes 140 ms
      ScheduledPoll poll = schedule.take(now * MS);
      turns.merge(name(poll), 1, Integer::sum);
      schedule.done(poll);
    }

    assertThat(turns).hasSize(10).allSatisfy((poll, count) -> assertThat(count).isBetween(99, 101));
  }

  @Test
  void oneThatTakesLongHasNoMoreTurnsThanTheOthers() {
    for (int slowPhase = 0; slowPhase < 100; slowPhase += 5) {
      var shared = new PollSchedule();
      for (int i = 0; i < 10; i++) {
        shared.add(poll("poll-" + i, 100, i == 0 ? slowPhase : i * 11));
      }
      var turns = new HashMap<String, Integer>();
      long now = 100;
      for (int i = 0; i < 1_000; i++) { // a round takes 90 + 9 x 5 ms
        ScheduledPoll poll = shared.take(now * MS);
        assertThat(poll).as("at %d ms", now).isNotNull();
        turns.merge(name(poll), 1, Integer::sum);
        now += name(poll).equals("poll-0") ? 90 : 5;
        shared.done(poll);
      }

      assertThat(turns).allSatisfy((poll, count) -> assertThat(count).isBetween(99, 101));
    }
  }

  @Test
  void aPollThatMissedNoCycleKeepsItsPhaseHoweverLateItRan() {
    ScheduledPoll poll = poll("a", 100, 7);
    schedule.add(poll);

    schedule.take(93 * MS);
    schedule.done(poll);

    assertThat(poll.releaseNanos).isEqualTo(107 * MS);
    assertThat(schedule.skipped()).isZero();
  }

  @Test
  void aDroppedPollDoesNotComeBackEvenIfItWasRunning() {
    ScheduledPoll waiting = poll("waiting", 100, 0);
    ScheduledPoll taken = poll("taken", 50, 0);
    schedule.add(waiting);
    schedule.add(taken);
    assertThat(schedule.take(0)).isSameAs(taken);

    schedule.drop(taken);
    schedule.drop(waiting);
    schedule.done(taken);

    assertThat(schedule.take(1000 * MS)).isNull();
    assertThat(schedule.nanosToNext(0)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aPollThatIsHeldBackComesAgainInItsPhaseAndMissesNothingMeanwhile() {
    ScheduledPoll poll = poll("a", 100, 7);
    schedule.add(poll);
    schedule.take(7 * MS);

    schedule.done(poll, 350 * MS);

    assertThat(schedule.take(406 * MS)).isNull();
    assertThat(schedule.take(407 * MS)).isSameAs(poll);
    assertThat(schedule.skipped()).isZero();
  }

  @Test
  void aHastenedPollGoesNowAndStaysInItsPhase() {
    ScheduledPoll slow = poll("slow", 1000, 700);
    schedule.add(slow);
    schedule.add(poll("fast", 100, 0));

    schedule.hasten(slow, 30 * MS);

    assertThat(schedule.take(30 * MS)).as("before what is due").isSameAs(slow);
    assertThat(name(schedule.take(30 * MS))).isEqualTo("fast");
    schedule.done(slow);
    assertThat(schedule.take(699 * MS)).isNull();
    assertThat(schedule.take(700 * MS)).isSameAs(slow);
    assertThat(schedule.skipped()).isZero();
  }

  @Test
  void aPollThatIsHastenedWhileItRunsGoesAgainWhenItComesBack() {
    ScheduledPoll poll = poll("a", 1000, 0);
    schedule.add(poll);
    schedule.take(5 * MS);

    schedule.hasten(poll, 6 * MS);
    schedule.done(poll);

    assertThat(schedule.take(7 * MS)).isSameAs(poll);
    schedule.done(poll);
    assertThat(schedule.take(999 * MS)).isNull();
    assertThat(schedule.take(1000 * MS)).isSameAs(poll);
  }

  @Test
  void aPollThatIsOutOfTheScheduleOrHeldBackIsNotHastenedIntoIt() {
    ScheduledPoll dropped = poll("dropped", 1000, 0);
    schedule.add(dropped);
    schedule.drop(dropped);
    schedule.hasten(dropped, 0);
    assertThat(schedule.take(10_000 * MS)).isNull();

    ScheduledPoll failing = poll("failing", 100, 0);
    schedule.add(failing);
    schedule.take(0);
    schedule.hasten(failing, 0);
    schedule.done(failing, 350 * MS);
    assertThat(schedule.take(399 * MS)).isNull();
  }

  @Test
  void anOverloadedLineStillGivesEveryPollItsTurn() {
    List<ScheduledPoll> polls = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      polls.add(poll("p" + i, 100, 0));
      schedule.add(polls.get(i));
    }
    int[] runs = new int[10];

    // Each run takes 30 ms, so 10 polls need 300 ms of every 100.
    for (long now = 0; now < 30_000; now += 30) {
      ScheduledPoll poll = schedule.take(now * MS);
      if (poll != null) {
        runs[polls.indexOf(poll)]++;
        schedule.done(poll);
      }
    }

    assertThat(runs).doesNotContain(0);
    for (int count : runs) {
      assertThat(count).isBetween(90, 110);
    }
  }

  @Test
  void theMonotonicClockMayWrap() {
    long start = Long.MAX_VALUE - 50 * MS;
    ScheduledPoll poll = new ScheduledPoll(null, new NamedPoll("a"), 100 * MS, 0, start);
    schedule.add(poll);

    assertThat(schedule.take(start)).isSameAs(poll);
    schedule.done(poll);

    assertThat(schedule.take(start + 99 * MS)).isNull();
    assertThat(schedule.take(start + 100 * MS)).isSameAs(poll);
  }

  private static ScheduledPoll poll(String name, long periodMs, long firstMs) {
    return new ScheduledPoll(null, new NamedPoll(name), periodMs * MS, 0, firstMs * MS);
  }

  private static String name(ScheduledPoll poll) {
    return poll.poll.describe();
  }

  private record NamedPoll(String describe) implements Poll {
    @Override
    public int[] points() {
      return new int[0];
    }

    @Override
    public long busNanos() {
      return 0;
    }
  }
}
