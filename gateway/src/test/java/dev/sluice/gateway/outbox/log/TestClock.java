package dev.sluice.gateway.outbox.log;

import java.time.Duration;

/** A clock that moves only by hand. */
final class TestClock implements LogClock {

  volatile long nanos = 5_000_000_000L;
  volatile long millis = 1_700_000_000_000L;
  volatile boolean trusted = true;

  @Override
  public long nanos() {
    return nanos;
  }

  @Override
  public long millis() {
    return millis;
  }

  @Override
  public boolean trusted() {
    return trusted;
  }

  /** Both clocks go on together. */
  void pass(Duration time) {
    nanos += time.toNanos();
    millis += time.toMillis();
  }

  /** Only the wall clock moves. */
  void step(Duration jump) {
    millis += jump.toMillis();
  }
}
