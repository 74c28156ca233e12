package dev.sluice.driver.testkit;

import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * What goes wrong with the bytes of one {@link Direction} of a {@link FaultProxy}, over all of its
 * connections. Nothing at first. Each fault can be switched at any time and meets the bytes that
 * are not yet delivered; several work together. Thread-safe.
 */
public final class Faults {

  private static final long OFF = -1;

  private final Runnable changed;

  private long delayNanos;
  private int bytesPerSecond;
  private boolean blackHole;
  private long untilCut = OFF;
  private Cut cut = Cut.FIN;
  private long untilCorrupt = OFF;
  private double corruptShare;
  private @Nullable Random random;

  Faults(Runnable changed) {
    this.changed = changed;
  }

  /** Everything that arrives from now on is delivered this much later, in order. */
  public Faults delay(Duration by) {
    synchronized (this) {
      delayNanos = by.toNanos();
    }
    return notifyChanged();
  }

  /**
   * Delivers at most this many bytes per second, in pieces of a thousandth of it: with 1000, one
   * byte in each millisecond, each in a segment of its own. 0 for no limit.
   */
  public Faults throttle(int bytesPerSecond) {
    if (bytesPerSecond < 0) {
      throw new IllegalArgumentException("throttle to " + bytesPerSecond + " bytes/s");
    }
    synchronized (this) {
      this.bytesPerSecond = bytesPerSecond;
    }
    return notifyChanged();
  }

  /** Keeps connections open and swallows everything, also the news that an end closed. */
  public Faults blackHole(boolean on) {
    synchronized (this) {
      blackHole = on;
    }
    return notifyChanged();
  }

  /**
   * Delivers so many more bytes, counted over all connections, then ends the connection that wants
   * to carry the next one. Happens once.
   */
  public Faults cutAfter(long bytes, Cut how) {
    synchronized (this) {
      untilCut = bytes;
      cut = how;
    }
    return notifyChanged();
  }

  /** Flips all bits of one byte: the one after so many more, over all connections. Once. */
  public Faults corruptAfter(long bytes) {
    synchronized (this) {
      untilCorrupt = bytes;
    }
    return notifyChanged();
  }

  /**
   * Flips one random bit of each byte with a probability.
   *
   * @param share 0 (never) to 1 (each byte)
   */
  public Faults corrupt(double share, long seed) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("probability " + share);
    }
    synchronized (this) {
      corruptShare = share;
      random = new Random(seed);
    }
    return notifyChanged();
  }

  /** No faults any more. What was swallowed or cut stays so. */
  public Faults clear() {
    synchronized (this) {
      delayNanos = 0;
      bytesPerSecond = 0;
      blackHole = false;
      untilCut = OFF;
      untilCorrupt = OFF;
      corruptShare = 0;
    }
    return notifyChanged();
  }

  private Faults notifyChanged() {
    changed.run();
    return this;
  }

  synchronized long delayNanos() {
    return delayNanos;
  }

  synchronized boolean isBlackHole() {
    return blackHole;
  }

  /** How many bytes may be delivered at once, and what time each takes. */
  synchronized int pieceLength() {
    return bytesPerSecond == 0 ? Integer.MAX_VALUE : Math.max(1, bytesPerSecond / 1000);
  }

  synchronized long nanosFor(int bytes) {
    return bytesPerSecond == 0 ? 0 : bytes * 1_000_000_000L / bytesPerSecond;
  }

  /** Whether the next byte must not be delivered any more; says so once. */
  synchronized @Nullable Cut takeCut() {
    if (untilCut != 0) {
      return null;
    }
    untilCut = OFF;
    return cut;
  }

  /** How many of these bytes may go before a cut. */
  synchronized int allowed(int length) {
    return untilCut == OFF ? length : (int) Math.min(length, untilCut);
  }

  /** Bytes as they arrive after this line; counts them. */
  synchronized Buffer pass(Buffer bytes) {
    int length = bytes.length();
    if (untilCut != OFF) {
      untilCut -= length;
    }
    boolean hit = untilCorrupt != OFF && untilCorrupt < length;
    Buffer out = bytes;
    if (hit || corruptShare > 0) {
      out = bytes.copy();
    }
    if (hit) {
      int at = (int) untilCorrupt;
      out.setByte(at, (byte) ~out.getByte(at));
      untilCorrupt = OFF;
    } else if (untilCorrupt != OFF) {
      untilCorrupt -= length;
    }
    if (corruptShare > 0 && random != null) {
      for (int i = 0; i < length; i++) {
        if (random.nextDouble() < corruptShare) {
          out.setByte(i, (byte) (out.getByte(i) ^ (1 << random.nextInt(8))));
        }
      }
    }
    return out;
  }
}
