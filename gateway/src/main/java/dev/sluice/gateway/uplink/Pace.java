package dev.sluice.gateway.uplink;

import dev.sluice.driver.TimeSource;
import dev.sluice.gateway.uplink.connector.Lane;
import io.vertx.core.Vertx;

/**
 * Keeps the rates of an uplink: says whether a message may go, and calls when the next one may. The
 * time in which something could have gone but for a rate is counted.
 */
final class Pace {

  private final Vertx vertx;
  private final TimeSource time;
  private final UplinkCounters counters;
  private final Runnable onMayGo;
  private final Throttle total;
  private final Throttle history;
  private long timer = -1;
  private long dueNanos;
  private boolean throttled;
  private long throttledSince;

  Pace(Vertx vertx, FlowOptions flow, TimeSource time, UplinkCounters counters, Runnable onMayGo) {
    this.vertx = vertx;
    this.time = time;
    this.counters = counters;
    this.onMayGo = onMayGo;
    this.total = new Throttle(flow.total(), time.nanoTime());
    this.history = new Throttle(flow.history(), time.nanoTime());
  }

  /** Whether history, which has something to send, may as far as its own rate goes. */
  boolean historyMayGo() {
    return mayGo(history);
  }

  /** Whether a message of any lane may go. */
  boolean mayGo() {
    return mayGo(total);
  }

  private boolean mayGo(Throttle rate) {
    long now = time.nanoTime();
    long wait = rate.waitNanos(now);
    if (wait == 0) {
      return true;
    }
    count(now);
    throttled = true;
    callIn(wait, now);
    return false;
  }

  /** A message goes. */
  void goes(Lane lane, int bytes) {
    long now = time.nanoTime();
    count(now);
    throttled = false;
    total.take(bytes, now);
    if (lane == Lane.HISTORY) {
      history.take(bytes, now);
    }
  }

  /** Nothing goes now, for other reasons. */
  void rest() {
    throttled = false;
    stop();
  }

  private void count(long now) {
    if (throttled) {
      counters.throttledNanos.addAndGet(now - throttledSince);
    }
    throttledSince = now;
  }

  private void callIn(long wait, long now) {
    boolean sooner = timer >= 0 && now + wait - dueNanos < 0;
    if (timer < 0 || sooner) {
      stop();
      dueNanos = now + wait;
      timer =
          vertx.setTimer(
              millis(wait),
              ignored -> {
                timer = -1;
                onMayGo.run();
              });
    }
  }

  /** Calls no more. */
  void stop() {
    if (timer >= 0) {
      vertx.cancelTimer(timer);
      timer = -1;
    }
  }

  /** Waits of less than a millisecond round up: a timer that fires too early would spin. */
  private static long millis(long nanos) {
    return Math.max(1, (nanos + 999_999) / 1_000_000);
  }
}
