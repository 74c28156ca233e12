package dev.sluice.gateway.outbox;

import dev.sluice.driver.TimeSource;
import java.time.Instant;

/** Monotonic time as it is, wall time that stands still. */
final class TestTime implements TimeSource {

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public boolean trusted() {
    return true;
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(1_700_000_000_000L);
  }
}
