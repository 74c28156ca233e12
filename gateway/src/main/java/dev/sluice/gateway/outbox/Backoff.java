package dev.sluice.gateway.outbox;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** When to try again what the disk refused: a doubling bound with full jitter. One thread. */
final class Backoff {

  private static final long FIRST_NANOS = Duration.ofMillis(100).toNanos();
  private static final long MAX_NANOS = Duration.ofSeconds(5).toNanos();

  private int failures;
  private long notBefore = System.nanoTime();

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
    long bound = Math.min(MAX_NANOS, FIRST_NANOS << Math.min(failures++, 20));
    notBefore = System.nanoTime() + ThreadLocalRandom.current().nextLong(bound);
  }

  /** Whatever stood in the way is gone. */
  void tryAtOnce() {
    notBefore = System.nanoTime();
  }
}
