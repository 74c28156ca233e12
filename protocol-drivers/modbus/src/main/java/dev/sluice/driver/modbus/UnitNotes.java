package dev.sluice.driver.modbus;

import dev.sluice.driver.DeviceContext;
import dev.sluice.driver.modbus.plan.UnitListener;

/** Counts what a link notices of a device, and says when its timeout is too short. */
final class UnitNotes implements UnitListener {

  private static final String SUBJECT = "timeout_too_short";

  /** Once is an accident. */
  private static final int ENOUGH = 3;

  /** So many replies in time, and the advice is withdrawn. */
  private static final int ENOUGH_IN_TIME = 100;

  private final DeviceContext context;
  private int late;
  private int inTime;
  private long longestNanos;

  UnitNotes(DeviceContext context) {
    this.context = context;
  }

  @Override
  public void count(String event) {
    context.count(event, 1);
  }

  @Override
  public void late(long delayNanos, long timeoutNanos) {
    inTime = 0;
    boolean longer = delayNanos > longestNanos;
    longestNanos = Math.max(longestNanos, delayNanos);
    late++;
    if (late == ENOUGH || (late > ENOUGH && longer)) {
      context.note(
          SUBJECT,
          "it answers, but up to "
              + millis(longestNanos)
              + " ms after the request, and its timeout is "
              + millis(timeoutNanos)
              + " ms; raise timeout to "
              + Math.max(1, 3 * longestNanos / 2_000_000)
              + "ms or more");
    }
  }

  private static long millis(long nanos) {
    return (nanos + 999_999) / 1_000_000;
  }

  @Override
  public void inTime() {
    if (late > 0 && ++inTime == ENOUGH_IN_TIME) {
      if (late >= ENOUGH) {
        context.note(SUBJECT, "");
      }
      late = 0;
      longestNanos = 0;
    }
  }
}
