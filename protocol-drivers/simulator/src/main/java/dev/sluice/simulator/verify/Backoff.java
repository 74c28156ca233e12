package dev.sluice.simulator.verify;

import java.util.random.RandomGenerator;

/** How long to wait before the next attempt: full jitter under a bound that doubles. */
final class Backoff {

  private static final long FIRST_MILLIS = 250;
  private static final long MAX_MILLIS = 5_000;

  private final RandomGenerator random;
  private int attempts;

  Backoff(RandomGenerator random) {
    this.random = random;
  }

  /** In milliseconds, at least 1. */
  long next() {
    long bound = Math.min(MAX_MILLIS, FIRST_MILLIS << Math.min(attempts, 10));
    attempts++;
    return random.nextLong(1, bound + 1);
  }

  void reset() {
    attempts = 0;
  }
}
