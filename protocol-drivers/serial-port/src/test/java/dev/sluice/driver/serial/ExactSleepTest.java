package dev.sluice.driver.serial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.driver.TimeSource;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Too late is a matter of the machine; too early would be a violation of the silence. */
class ExactSleepTest {

  private static final int SLEEPS = 300;

  @Test
  void noSleepEndsTooEarlyHoweverWellItHasLearntToWakeUp() throws StoppedException {
    var time = new Monotonic();
    var sleep = new ExactSleep(time, () -> false);
    for (int i = 0; i < SLEEPS; i++) {
      // Shorter and longer than what is only watched.
      long end = time.nanoTime() + (i % 30) * 50_000L;
      sleep.until(end, 0);
      assertThat(time.nanoTime() - end).isGreaterThanOrEqualTo(0);
    }
  }

  @Test
  void whoIsToldToStopSleepsNoLonger() {
    var stopping = new AtomicBoolean();
    var time = new Monotonic();
    var sleep = new ExactSleep(time, stopping::get);
    Thread sleeper = Thread.currentThread();
    var stopper =
        new Thread(
            () -> {
              stopping.set(true);
              LockSupport.unpark(sleeper);
            });
    stopper.start();
    long hour = time.nanoTime() + TimeUnit.HOURS.toNanos(1);
    assertThatThrownBy(() -> sleep.until(hour, 0)).isInstanceOf(StoppedException.class);
  }

  /** The monotonic clock only. */
  private static final class Monotonic implements TimeSource {

    @Override
    public long nanoTime() {
      return System.nanoTime();
    }

    @Override
    public boolean trusted() {
      return false;
    }

    @Override
    public Instant instant() {
      throw new UnsupportedOperationException("no wall clock here");
    }
  }
}
