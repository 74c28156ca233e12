package dev.sluice.gateway.uplink;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt: anything from nothing to a bound that doubles each time
 * (full jitter), so that a thousand gateways that lost the same broker do not return as one. Once
 * the bound is the longest wait there is a shortest one, too. Not thread-safe.
 */
final class Backoff {

  /**
   * Of the longest wait. When a broker returns at any moment, of those who wait one in "mean wait"
   * seconds ends its wait in the first: with waits from 0 to 60 s that is 3.3 % of all, with waits
   * from 12 to 60 s it is 2.8 %.
   */
  private static final int SHORTEST = 5;

  private final long first;
  private final long max;
  private final RandomGenerator random;
  private int failures;

  Backoff(Duration first, Duration max, RandomGenerator random) {
    this.first = first.toNanos();
    this.max = max.toNanos();
    this.random = random;
  }

  /** The wait before the next attempt. */
  Duration next() {
    return next(Duration.ofNanos(max));
  }

  /** As {@link #next()}, but no longer than this. */
  Duration next(Duration cap) {
    long bound = Math.min(bound(), cap.toNanos());
    long low = bound == max ? max / SHORTEST : 0;
    failures++;
    return Duration.ofNanos(low + random.nextLong(bound - low + 1));
  }

  /** Between this, or the longest wait if that is shorter, and the longest wait. */
  Duration atLeast(Duration least) {
    failures++;
    long low = Math.min(least.toNanos(), max);
    return Duration.ofNanos(low + random.nextLong(max - low + 1));
  }

  /** The connection held: the next waits are short again. */
  void reset() {
    failures = 0;
  }

  private long bound() {
    boolean beyond = failures >= Long.numberOfLeadingZeros(first) - 1;
    return beyond ? max : Math.min(max, first << failures);
  }
}
