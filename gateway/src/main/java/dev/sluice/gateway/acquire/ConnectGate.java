package dev.sluice.gateway.acquire;

import dev.sluice.driver.TimeSource;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Spreads the connection attempts of all lines: when a switch comes back, a thousand devices must
 * not be dialled in the same second. Each caller gets the next free slot. Thread-safe.
 *
 * <p>Bounded by its callers: a line has at most one attempt waiting.
 */
public final class ConnectGate {

  private final TimeSource time;
  private final long spacingNanos;
  private final AtomicLong nextSlot;

  public ConnectGate(TimeSource time, int perSecond) {
    this.time = time;
    this.spacingNanos = 1_000_000_000L / perSecond;
    this.nextSlot = new AtomicLong(time.nanoTime());
  }

  /** Takes a slot. The caller connects after this many milliseconds, 0 for at once. */
  long reserveMillis() {
    long now = time.nanoTime();
    while (true) {
      long free = nextSlot.get();
      long slot = free - now > 0 ? free : now;
      if (nextSlot.compareAndSet(free, slot + spacingNanos)) {
        return (slot - now + 999_999L) / 1_000_000L;
      }
    }
  }
}
