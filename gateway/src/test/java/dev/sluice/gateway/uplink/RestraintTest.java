package dev.sluice.gateway.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A broker that throttles, in a time of its own. */
class RestraintTest {

  private static final long SECOND = 1_000_000_000L;
  private static final long STEP = 1_000_000;

  private final Restraint restraint = new Restraint(10);
  private final List<Long> closes = new ArrayList<>();

  /** Begins anywhere: monotonic time has no zero. */
  private long now = -500 * SECOND;

  private long begin = now;

  /** A sender that always has something, with a window, against a limit per second. */
  private void run(Duration duration, int limit, int window) {
    long end = now + duration.toNanos();
    int inSecond = 0;
    long second = now;
    restraint.connected(now);
    while (now - end < 0) {
      now += STEP;
      if (now - second >= SECOND) {
        second = now;
        inSecond = 0;
      }
      for (int i = 0; i < window && restraint.waitNanos(now) == 0; i++) {
        restraint.sent(500, now);
        inSecond++;
      }
      if (inSecond > limit) {
        restraint.closed(now);
        closes.add(now - begin);
        now += SECOND; // the pause before the next attempt
        restraint.connected(now);
        inSecond = 0;
        second = now;
      }
    }
  }

  @Test
  void settlesBelowTheLimitWithoutAStormAndIsFreeAgainWhenTheLimitIsGone() {
    for (int window : new int[] {1, 64, 1_000}) {
      closes.clear();
      begin = now;
      run(Duration.ofMinutes(15), 100, window);
      List<Long> settled = closes.stream().filter(at -> at > 30 * SECOND).toList();
      assertThat(closes.stream().filter(at -> at <= 30 * SECOND).count()).isBetween(0L, 5L);
      for (int i = 1; i < settled.size(); i++) {
        assertThat(settled.get(i) - settled.get(i - 1)).isGreaterThan(30 * SECOND);
      }
      assertThat(restraint.limit()).as("window " + window).isBetween(10.0, 125.0);
    }
    int before = closes.size();
    run(Duration.ofMinutes(5), Integer.MAX_VALUE, 64);
    assertThat(closes).hasSize(before);
    assertThat(restraint.limit()).as("free").isZero();
  }

  @Test
  void oneCloseMeansNothing() {
    load(200);
    assertThat(restraint.closed(now)).isFalse();
    assertThat(restraint.limit()).isZero();
    now += 61 * SECOND;
    load(200);
    assertThat(restraint.closed(now)).as("a minute later").isFalse();
    load(200);
    assertThat(restraint.closed(now)).isTrue();
    assertThat(restraint.limit()).isEqualTo(100);
    load(11); // what may go at once
    assertThat(restraint.waitNanos(now)).isPositive();
  }

  @Test
  void aBrokerThatIsGoneAfterwardsDidNotThrottle() {
    load(200);
    restraint.closed(now);
    restraint.otherwise();
    load(200);
    assertThat(restraint.closed(now)).isFalse();
  }

  @Test
  void fewMessagesAreNoLoadAndTheFloorHolds() {
    for (int i = 0; i < 5; i++) {
      load(19);
      assertThat(restraint.closed(now)).isFalse();
    }
    load(21);
    restraint.closed(now);
    for (int i = 0; i < 5; i++) {
      load(21);
      assertThat(restraint.closed(now)).isTrue();
      assertThat(restraint.limit()).isEqualTo(10.5);
    }
  }

  /** A dozen of them in a second is more than AWS takes, and no load if only messages count. */
  @Test
  void aLargeMessageCountsAsSeveral() {
    for (int i = 0; i < 2; i++) {
      restraint.connected(now);
      for (int message = 0; message < 12; message++) {
        restraint.sent(128 << 10, now);
      }
      assertThat(restraint.closed(now)).isEqualTo(i == 1);
    }
    assertThat(restraint.limit()).isEqualTo(96);
    assertThat(restraint.waitNanos(now + SECOND)).isZero();
    restraint.sent(128 << 10, now + SECOND);
    assertThat(restraint.waitNanos(now + SECOND)).isPositive();
  }

  @Test
  void withoutAFloorThereIsNoRestraint() {
    var none = new Restraint(0);
    none.connected(now);
    for (int i = 0; i < 1_000; i++) {
      none.sent(500, now);
    }
    assertThat(none.closed(now)).isFalse();
    assertThat(none.closed(now)).isFalse();
  }

  @Test
  void onlyTheLastSecondCounts() {
    load(50);
    now += SECOND / 2;
    for (int i = 0; i < 30; i++) {
      restraint.sent(500, now);
    }
    assertThat(restraint.rate(now)).isEqualTo(80);
    now += SECOND / 2;
    assertThat(restraint.rate(now)).isEqualTo(30);
    now += 100 * SECOND;
    assertThat(restraint.rate(now)).isZero();
  }

  private void load(int messages) {
    restraint.connected(now);
    for (int i = 0; i < messages; i++) {
      restraint.sent(500, now);
    }
  }
}
