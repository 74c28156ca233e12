package dev.sluice.gateway.uplink.mqtt;

import dev.sluice.driver.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** The clocks of this machine, and what a test adds to the monotonic one. */
public final class Monotonic implements TimeSource {

  private final AtomicLong ahead = new AtomicLong();

  /** As if so much time had passed. */
  public void pass(Duration time) {
    ahead.addAndGet(time.toNanos());
  }

  @Override
  public long nanoTime() {
    return System.nanoTime() + ahead.get();
  }

  @Override
  public boolean trusted() {
    return true;
  }

  @Override
  public Instant instant() {
    return Instant.now();
  }
}
