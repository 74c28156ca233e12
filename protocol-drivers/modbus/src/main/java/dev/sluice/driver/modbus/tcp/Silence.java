package dev.sluice.driver.modbus.tcp;

import java.util.BitSet;

/**
 * Whether the peer of a connection still speaks. Behind one peer there may be many units, of which
 * some are dead: their time-outs, however many in a row, say nothing of the peer as long as a unit
 * that answered before has not been asked in vain. Not thread-safe.
 */
public final class Silence {

  private static final int UNITS = 256;

  private final int enough;
  private final BitSet asked = new BitSet(UNITS);
  private final BitSet answered = new BitSet(UNITS);
  private final BitSet silent = new BitSet(UNITS); // asked in vain since the last byte
  private int timeouts;
  private long sinceNanos;
  private long lastByteNanos;

  /**
   * Nothing heard yet.
   *
   * @param enough so many time-outs in a row without a byte it takes at least
   */
  public Silence(int enough) {
    this.enough = enough;
  }

  /** A new connection. */
  public void start(long now) {
    asked.clear();
    answered.clear();
    heard(now);
  }

  /** A byte came, whatever it means. */
  public void heard(long now) {
    lastByteNanos = now;
    timeouts = 0;
    silent.clear();
  }

  /** A request leaves. */
  public void asked(int unit) {
    asked.set(unit);
  }

  /** A unit replied. */
  public void answered(int unit) {
    answered.set(unit);
  }

  /**
   * A request got no answer in time. Requests that waited at the same time count as one time-out,
   * else one hiccup were enough.
   */
  public void timedOut(int unit, long sentNanos, long now) {
    if (sentNanos - lastByteNanos < 0) {
      return;
    }
    silent.set(unit);
    if (timeouts == 0 || sentNanos - sinceNanos >= 0) {
      timeouts++;
      sinceNanos = now;
    }
  }

  /** Whether the peer is to be given up. */
  public boolean isTotal() {
    if (timeouts < enough) {
      return false;
    }
    BitSet expected = answered.isEmpty() ? asked : answered;
    for (int unit = expected.nextSetBit(0); unit >= 0; unit = expected.nextSetBit(unit + 1)) {
      if (!silent.get(unit)) {
        return false;
      }
    }
    return true;
  }
}
