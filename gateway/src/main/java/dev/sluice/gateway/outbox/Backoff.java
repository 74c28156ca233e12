package dev.sluice.gateway.outbox;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** When to try again what the disk refused: a doubling bound with full jitter. One thread. */
final class Backoff {

  private final long firstNanos;
  private final long maxNanos;

  private int failures;
  private long notBefore = System.nanoTime();

  Backoff() {
    this(Duration.ofMillis(100), Duration.ofSeconds(5));
  }

  /**
   * With other bounds.
   *
   * @param first of the first pause, 1 ms or more
   * @param max of any
   */
  Backoff(Duration first, Duration max) {
    this.firstNanos = first.toNanos();
    this.maxNanos = max.toNanos();
  }

  /** Monotonic; nothing is to be tried before. */
  long notBefore() {
    return notBefore;
  }

  boolean over(long now) {
    return now - notBefore >= 0;
  }

  int failures() {
    return failures;
  }

  void worked() {
    failures = 0;
  }

  void failed() {
    long bound = Math.min(maxNanos, firstNanos << Math.min(failures++, 20));
    notBefore = System.nanoTime() + ThreadLocalRandom.current().nextLong(bound);
  }
}
