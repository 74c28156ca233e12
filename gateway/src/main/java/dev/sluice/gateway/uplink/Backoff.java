package dev.sluice.gateway.uplink;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt: anything from nothing to a bound that doubles each time
 * (full jitter), so that a thousand gateways that lost the same broker do not return as one. Not
 * thread-safe.
 */
final class Backoff {

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
    failures++;
    return Duration.ofNanos(random.nextLong(bound + 1));
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
