package dev.sluice.driver.testkit;

import dev.sluice.driver.TimeSource;
import java.time.Instant;
import java.time.InstantSource;

/** The clocks of this machine, for tests with real sockets and timers. */
final class RealTime implements TimeSource {

  @Override
  public Instant instant() {
    return InstantSource.system().instant();
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public boolean trusted() {
    return true;
  }
}
