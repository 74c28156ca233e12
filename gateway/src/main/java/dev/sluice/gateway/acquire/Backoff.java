package dev.sluice.gateway.acquire;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Waits that double from {@code first} to {@code max}, each drawn at random between a floor share
 * and the whole: 0 spreads a fleet best (full jitter), one half keeps a silent device from being
 * asked in quick succession. Not thread-safe.
 */
final class Backoff {

  private final long firstMillis;
  private final long maxMillis;
  private final double floor;
  private final RandomGenerator random;
  private int failures;

  Backoff(Duration first, Duration max, double floor, RandomGenerator random) {
    this.firstMillis = first.toMillis();
    this.maxMillis = max.toMillis();
    this.floor = floor;
    this.random = random;
  }

  /** The wait after one more failure, at least 1 ms. */
  long nextMillis() {
    long end = ceiling();
    failures++;
    return Math.max(1, Math.round(end * (floor + (1 - floor) * random.nextDouble())));
  }

  /** The upper end of the next wait. */
  long ceiling() {
    // 2^20 first waits are beyond every sensible maximum; a larger shift would overflow.
    return Math.min(maxMillis, firstMillis << Math.min(failures, 20));
  }

  void reset() {
    failures = 0;
  }
}
