package dev.sluice.driver.serial;

import dev.sluice.driver.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Sleeps to a point in time and not a wake-up longer. Above 19200 baud a transaction takes a few
 * milliseconds, so being woken up a tenth of one too late, twice, costs 3 % of the bus.
 *
 * <p>It learns how late it is woken up, sleeps that much less, and looks at the clock for the rest:
 * some microseconds where that is steady, never more than {@link #MOST_LATE_NANOS}. Never ends too
 * early. For one thread, which makes it.
 */
final class ExactSleep {

  private static final long MOST_LATE_NANOS = 150_000L;

  private static final long DISTURBED_NANOS = 2 * MOST_LATE_NANOS;

  /** Each wake-up counts for an eighth. */
  private static final int SMOOTHING = 8;

  private final TimeSource time;
  private final BooleanSupplier stopping;
  private long lateNanos;

  ExactSleep(TimeSource time, BooleanSupplier stopping) {
    this.time = time;
    this.stopping = stopping;
    endTimersInTime();
  }

  /**
   * Linux ends the timers of a thread up to 50 us late, to save power; a thread may change that for
   * itself. Where it may not, or it is another system, sleeps are that much longer, which {@link
   * #lateNanos} learns as it does all else.
   */
  private static void endTimersInTime() {
    try {
      Path self = Files.readSymbolicLink(Path.of("/proc/thread-self"));
      Path slack = Path.of("/proc", String.valueOf(self.getFileName()), "timerslack_ns");
      Files.writeString(slack, "1", StandardOpenOption.WRITE);
    } catch (IOException | UnsupportedOperationException e) {
      // As said above.
    }
  }

  /** Sleeps until a time of the {@link TimeSource}, and may be woken up late. */
  void past(long nanos) throws StoppedException {
    for (long left = left(nanos); left > 0; left = left(nanos)) {
      LockSupport.parkNanos(left);
    }
  }

  /**
   * Sleeps until a time of the {@link TimeSource}.
   *
   * @param toleranceNanos so late a wake-up is no loss worth a look at the clock
   */
  void until(long nanos, long toleranceNanos) throws StoppedException {
    for (long left = left(nanos); left > 0; left = left(nanos)) {
      long nap = left - Math.max(0, lateNanos - toleranceNanos);
      if (nap > 0) {
        LockSupport.parkNanos(nap);
        woken(left - nap - (nanos - time.nanoTime()));
      } else {
        Thread.onSpinWait();
      }
    }
  }

  private long left(long nanos) throws StoppedException {
    if (stopping.getAsBoolean()) {
      throw new StoppedException();
    }
    return nanos - time.nanoTime();
  }

  /** The thread runs again so long after it wanted to. */
  private void woken(long afterNanos) {
    // Negative: somebody called us, it was no timer. Very late: the machine had other things to do.
    if (afterNanos >= 0 && afterNanos <= DISTURBED_NANOS) {
      lateNanos += (Math.min(afterNanos, MOST_LATE_NANOS) - lateNanos) / SMOOTHING;
    }
  }
}
