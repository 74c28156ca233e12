package dev.sluice.driver.modbus.tcp;

import dev.sluice.driver.TimeSource;
import io.vertx.core.Vertx;
import java.util.function.LongConsumer;

/**
 * One timer for many deadlines: it is set for the earliest, and left running when what it was set
 * for is done. So a poll that is answered costs no timer. Used on one context.
 */
final class DeadlineTimer {

  private static final long NOT_SET = -1;

  private final Vertx vertx;
  private final TimeSource time;
  private final LongConsumer expired;
  private long timer = NOT_SET;
  private long setFor;

  /**
   * Makes a timer that is not set.
   *
   * @param expired called with the time that has been reached; has to ask again for what is left
   */
  DeadlineTimer(Vertx vertx, TimeSource time, LongConsumer expired) {
    this.vertx = vertx;
    this.time = time;
    this.expired = expired;
  }

  /** Asks to be called at this time at the latest. */
  void wakeAt(long deadlineNanos, long nowNanos) {
    if (timer != NOT_SET) {
      if (deadlineNanos - setFor >= 0) {
        return;
      }
      vertx.cancelTimer(timer);
    }
    setFor = deadlineNanos;
    long millis = Math.max(1, (deadlineNanos - nowNanos + 999_999) / 1_000_000);
    timer = vertx.setTimer(millis, id -> fire());
  }

  void stop() {
    if (timer != NOT_SET) {
      vertx.cancelTimer(timer);
      timer = NOT_SET;
    }
  }

  private void fire() {
    timer = NOT_SET;
    long now = time.nanoTime();
    // Two clocks: what the timer was set for has come, whatever the other says.
    expired.accept(now - setFor < 0 ? setFor : now);
  }
}
