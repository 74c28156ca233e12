package dev.sluice.simulator.spec;

import java.time.Duration;

/**
 * A fault of a device's schedule.
 *
 * @param after when it begins, since the plant began
 * @param length how long it lasts
 */
public record FaultStep(Duration after, Duration length, Fault fault) {

  /** Whether the fault is there at a moment, in nanoseconds since the plant began. */
  public boolean covers(long nanos) {
    long since = nanos - after.toNanos();
    return since >= 0 && since < length.toNanos();
  }
}
