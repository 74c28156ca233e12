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
  private final Restraint restraint;
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
    this.restraint = new Restraint(flow.paceFloor());
  }

  /** Whether history, which has something to send, may as far as its own rate goes. */
  boolean historyMayGo() {
    long now = time.nanoTime();
    return mayGo(history.waitNanos(now), now);
  }

  /** Whether a message of any lane may go. */
  boolean mayGo() {
    long now = time.nanoTime();
    long wait = Math.max(total.waitNanos(now), restraint.waitNanos(now));
    counters.pace = restraint.limit();
    return mayGo(wait, now);
  }

  private boolean mayGo(long wait, long now) {
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
    restraint.sent(bytes, now);
    if (lane == Lane.HISTORY) {
      history.take(bytes, now);
    }
  }

  /** A connection stands. */
  void connected() {
    restraint.connected(time.nanoTime());
  }

  /**
   * A connection ended.
   *
   * @param closed by the broker and without a reason
   * @param blame where else the reason may lie
   * @param where as in {@link Ending}
   */
  Ending ended(boolean closed, Suspect.Blame blame, String where) {
    long now = time.nanoTime();
    int rate = restraint.rate(now);
    boolean slowed = closed && !blame.explains() && restraint.closed(now);
    counters.pace = restraint.limit();
    return new Ending(blame, slowed, rate, where);
  }

  /** There is no connection, for another reason than that the broker closes it. */
  void failedOtherwise() {
    restraint.otherwise();
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
