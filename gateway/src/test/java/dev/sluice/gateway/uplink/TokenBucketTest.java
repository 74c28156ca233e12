package dev.sluice.gateway.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** By a clock that only the test moves. */
class TokenBucketTest {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private long now = Long.MAX_VALUE - 3 * SECOND; // the monotonic clock may wrap

  /** Sends as fast as it may until the end; the most that any second saw, by what one costs. */
  private long mostInASecond(TokenBucket bucket, int cost, long end) {
    var sent = new ArrayDeque<Long>();
    long most = 0;
    while (now - end < 0) {
      long wait = bucket.waitNanos(now);
      assertThat(wait).isNotNegative();
      if (wait > 0) {
        now += wait;
        assertThat(bucket.waitNanos(now)).as("after the wait it told").isZero();
      } else {
        bucket.take(cost, now);
        sent.add(now);
        while (now - sent.element() >= SECOND) {
          sent.remove();
        }
        most = Math.max(most, sent.size());
      }
    }
    return most * cost;
  }

  @Test
  void aRateHoldsOverAnySecond() {
    for (int rate : new int[] {1, 3, 100, 10_000}) {
      var bucket = new TokenBucket(rate, now);
      long most = mostInASecond(bucket, 1, now + 10 * SECOND);
      assertThat(most).as("rate %d", rate).isBetween((long) rate, rate + rate / 10 + 1L);
    }
  }

  @Test
  void whatIsLargerThanTheBucketGoesAndIsPaidForAfterwards() {
    var bucket = new TokenBucket(1_000, now);
    assertThat(bucket.waitNanos(now)).isZero();
    bucket.take(5_000, now);
    // 100 were in it; 4,900 are owed, and one must be there.
    assertThat(bucket.waitNanos(now)).isBetween(4_900 * SECOND / 1_000, 4_902 * SECOND / 1_000);
    now += 4 * SECOND;
    assertThat(bucket.waitNanos(now)).isPositive();
    now += SECOND;
    assertThat(bucket.waitNanos(now)).isZero();
  }

  @Test
  void silenceSavesUpNoMoreThanATenthOfASecond() {
    var bucket = new TokenBucket(100, now);
    now += 1_000 * SECOND;
    int atOnce = 0;
    while (bucket.waitNanos(now) == 0) {
      bucket.take(1, now);
      atOnce++;
    }
    assertThat(atOnce).isEqualTo(10);
  }

  @Test
  void theTighterOfTwoRatesCounts() {
    var throttle = new Throttle(new RateLimit(100, 1_000), now);
    throttle.take(1_000, now);
    assertThat(throttle.waitNanos(now)).isGreaterThan(SECOND * 9 / 10);
    assertThat(new Throttle(RateLimit.NONE, now).waitNanos(now)).isZero();
  }
}
