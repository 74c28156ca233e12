package dev.sluice.driver.modbus.rtu;

import dev.sluice.driver.modbus.plan.Unit;
import java.util.Arrays;

/** How long units take to begin their answers, smoothed. Not thread-safe. */
final class Turnarounds {

  private static final int UNITS = 256;
  private static final int UNKNOWN = -1;

  /** Each measurement counts for an eighth, as in the round-trip times of TCP (RFC 6298). */
  private static final int SMOOTHING = 8;

  private final long[] nanos = new long[UNITS];

  Turnarounds() {
    Arrays.fill(nanos, UNKNOWN);
  }

  void measured(int address, long turnaroundNanos) {
    long before = nanos[address];
    nanos[address] =
        before == UNKNOWN ? turnaroundNanos : before + (turnaroundNanos - before) / SMOOTHING;
  }

  long of(Unit unit) {
    long measured = nanos[unit.address()];
    return measured == UNKNOWN ? unit.timing().turnaround().toNanos() : measured;
  }
}
