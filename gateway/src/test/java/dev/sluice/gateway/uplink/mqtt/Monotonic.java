package dev.sluice.gateway.uplink.mqtt;

import dev.sluice.driver.TimeSource;
import java.time.Instant;

/** The clocks of this machine. */
public final class Monotonic implements TimeSource {

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
    return Instant.now();
  }
}
