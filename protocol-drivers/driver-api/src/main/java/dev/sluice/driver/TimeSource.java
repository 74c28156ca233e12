package dev.sluice.driver;

import java.time.InstantSource;

/**
 * The time, in the two senses that must never be mixed: the wall clock, which may jump, and the
 * monotonic clock, by which everything is scheduled and measured. Thread-safe.
 */
public interface TimeSource extends InstantSource {

  /** Monotonic time in nanoseconds, from an arbitrary origin; as {@link System#nanoTime()}. */
  long nanoTime();

  /** Whether the wall clock can be trusted now: synchronized, or declared so by the owner. */
  boolean trusted();

  /**
   * The wall clock at a monotonic time of the recent past, in milliseconds since 1970.
   *
   * @param nanos a value of {@link #nanoTime()}
   */
  default long wallMillisAt(long nanos) {
    return millis() - Math.floorDiv(nanoTime() - nanos, 1_000_000L);
  }
}
