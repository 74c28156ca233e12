package dev.sluice.gateway.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.uplink.connector.Seed;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class BackoffTest {

  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration MAX = Duration.ofSeconds(60);

  /** Always the largest number that may be drawn. */
  private static final class Highest implements RandomGenerator {
    @Override
    public long nextLong() {
      return Long.MAX_VALUE;
    }

    @Override
    public long nextLong(long bound) {
      return bound - 1;
    }
  }

  @Test
  void theBoundDoublesUpToTheCapAndStaysThere() {
    var backoff = new Backoff(FIRST, MAX, new Highest());
    for (int expected : new int[] {1, 2, 4, 8, 16, 32, 60, 60}) {
      assertThat(backoff.next()).isEqualTo(Duration.ofSeconds(expected));
    }
    for (int i = 0; i < 1_000; i++) {
      assertThat(backoff.next()).isEqualTo(MAX);
    }
    backoff.reset();
    assertThat(backoff.next()).isEqualTo(FIRST);
  }

  @Test
  void aReasonOnThisMachineHasACapOfItsOwn() {
    var backoff = new Backoff(FIRST, MAX, new Highest());
    for (int i = 0; i < 10; i++) {
      assertThat(backoff.next(Duration.ofSeconds(10))).isLessThanOrEqualTo(Duration.ofSeconds(10));
    }
    assertThat(backoff.next()).isEqualTo(MAX);
  }

  @Test
  void anyFirstWaitIsFine() {
    for (Duration first : new Duration[] {Duration.ofMillis(1), Duration.ofHours(1)}) {
      var backoff = new Backoff(first, Duration.ofHours(24), new Highest());
      Duration last = Duration.ZERO;
      for (int i = 0; i < 200; i++) {
        Duration next = backoff.next();
        assertThat(next).isGreaterThanOrEqualTo(last).isLessThanOrEqualTo(Duration.ofHours(24));
        last = next;
      }
    }
  }

  /** After a site-wide return the broker must not see the fleet within one second. */
  @Test
  void aFleetReturnsSpreadOverWhatIsLeftOfTheCap() {
    Random random = Seed.random();
    int fleet = 10_000;
    var perSecond = new int[60];
    for (int i = 0; i < fleet; i++) {
      var backoff = new Backoff(FIRST, MAX, random);
      for (int failures = 0; failures < 8; failures++) {
        backoff.next();
      }
      perSecond[(int) Math.min(59, backoff.next().toSeconds())]++;
    }
    for (int second = 0; second < 60; second++) {
      int least = second < 12 ? 0 : fleet / 120;
      assertThat(perSecond[second]).isBetween(least, least == 0 ? 0 : fleet * 3 / 100);
    }
  }

  /**
   * A thousand gateways whose broker comes back after ten minutes, in a time of its own. When all
   * failed last at the same moment, as after a cut that takes every connection, and when the rests
   * of their waits are all different, no second sees more than 3 % of them.
   */
  @Test
  void aThousandGatewaysComeBackWithoutAStampede() {
    Random random = Seed.random();
    double together = peakPercent(random, true);
    double anyTime = peakPercent(random, false);
    System.out.printf("worst second: %.2f %% together, %.2f %% any time%n", together, anyTime);
    assertThat(together).isLessThanOrEqualTo(3.0);
    assertThat(anyTime).isLessThanOrEqualTo(3.0);
  }

  /** Of the mean of many returns: a single one is dice. */
  private static double peakPercent(Random random, boolean together) {
    int fleet = 1_000;
    int returns = 50;
    long down = Duration.ofMinutes(10).toMillis();
    var perSecond = new int[61];
    for (int i = 0; i < fleet * returns; i++) {
      var backoff = new Backoff(FIRST, MAX, random);
      long now = 0;
      for (int failures = 0; now < down; failures++) {
        long cap = failures > 5 ? 60_000 : 1_000L << failures;
        long wait = backoff.next().toMillis();
        assertThat(wait).isBetween(0L, cap);
        now += wait;
      }
      long arrives = together ? backoff.next().toMillis() : now - down;
      perSecond[(int) (arrives / 1_000)]++;
    }
    return 100.0 * Arrays.stream(perSecond).max().orElseThrow() / fleet / returns;
  }
}
