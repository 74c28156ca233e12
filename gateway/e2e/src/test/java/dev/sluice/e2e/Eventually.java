package dev.sluice.e2e;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what other processes do; there is nothing to be notified by. */
public final class Eventually {

  private static final Duration STEP = Duration.ofMillis(20);

  private Eventually() {}

  /**
   * Returns when the condition holds.
   *
   * @return how long it took
   * @throws AssertionError naming what did not come in time, with the details
   */
  public static Duration holds(
      String what, Duration limit, BooleanSupplier condition, Supplier<String> details) {
    long start = System.nanoTime();
    while (true) {
      boolean holds = condition.getAsBoolean();
      Duration passed = Duration.ofNanos(System.nanoTime() - start);
      if (holds) {
        return passed;
      }
      if (passed.compareTo(limit) > 0) {
        throw new AssertionError(
            "not within " + limit.toMillis() + " ms: " + what + "\n" + details.get());
      }
      LockSupport.parkNanos(STEP.toNanos());
    }
  }

  public static Duration holds(String what, Duration limit, BooleanSupplier condition) {
    return holds(what, limit, condition, () -> "");
  }

  /** Lets a load run for a while: the time itself is what the test wants. */
  public static void pass(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
