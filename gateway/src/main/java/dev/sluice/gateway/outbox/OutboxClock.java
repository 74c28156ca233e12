package dev.sluice.gateway.outbox;

import dev.sluice.driver.TimeSource;
import dev.sluice.gateway.outbox.log.LogClock;

/** The time of the gateway, as the log wants it. */
record OutboxClock(TimeSource time) implements LogClock {

  @Override
  public long nanos() {
    return time.nanoTime();
  }

  @Override
  public long millis() {
    return time.millis();
  }

  @Override
  public boolean trusted() {
    return time.trusted();
  }
}
