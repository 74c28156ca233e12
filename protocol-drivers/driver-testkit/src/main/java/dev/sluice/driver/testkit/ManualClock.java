package dev.sluice.driver.testkit;

import dev.sluice.driver.TimeSource;
import java.time.Duration;
import java.time.Instant;

/**
 * A clock that moves only by hand: the wall clock and the monotonic clock separately, as they do in
 * the field when the time is set. Thread-safe.
 *
 * <p>The monotonic clock starts below zero, as {@link System#nanoTime()} may: code that takes 0 for
 * "never" shows itself.
 */
public final class ManualClock implements TimeSource {

  private static final long START_NANOS = -5_000_000_000L;

  private Instant wall;
  private long nanos = START_NANOS;
  private boolean trusted = true;

  /** Starts at 2023-11-14T22:13:20Z (1,700,000,000,000 ms), trusted. */
  public ManualClock() {
    this(Instant.ofEpochMilli(1_700_000_000_000L));
  }

  public ManualClock(Instant wall) {
    this.wall = wall;
  }

  @Override
  public synchronized Instant instant() {
    return wall;
  }

  @Override
  public synchronized long nanoTime() {
    return nanos;
  }

  @Override
  public synchronized boolean trusted() {
    return trusted;
  }

  /** Time passes: both clocks move. */
  public synchronized void advance(Duration by) {
    advanceMonotonic(by);
    wall = wall.plus(by);
  }

  /**
   * Only the monotonic clock moves, as while the wall clock is held back.
   *
   * @throws IllegalArgumentException for a negative duration: it never goes back
   */
  public synchronized void advanceMonotonic(Duration by) {
    if (by.isNegative()) {
      throw new IllegalArgumentException("the monotonic clock cannot go back by " + by);
    }
    nanos += by.toNanos();
  }

  /** Only the wall clock moves, forward or back, as when the time is set. */
  public synchronized void wall(Instant to) {
    wall = to;
  }

  public synchronized void trusted(boolean to) {
    trusted = to;
  }
}
