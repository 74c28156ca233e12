package dev.sluice.gateway.batch;

import dev.sluice.driver.TimeSource;
import java.time.Instant;

/** Both clocks of a machine, moved by hand. */
final class WallClock implements TimeSource {

  volatile long monotonicMillis;
  volatile long wallMillis;
  volatile boolean trusted;

  /** The machine was switched on: nobody knows what time it is. */
  void boot(long wall) {
    monotonicMillis = 0;
    wallMillis = wall;
    trusted = false;
  }

  void pass(long millis) {
    monotonicMillis += millis;
    wallMillis += millis;
  }

  void synchronizedTo(long wall) {
    wallMillis = wall;
    trusted = true;
  }

  @Override
  public long nanoTime() {
    return monotonicMillis * 1_000_000 + 999_999;
  }

  @Override
  public boolean trusted() {
    return trusted;
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(wallMillis);
  }
}
