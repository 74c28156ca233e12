package dev.sluice.gateway.uplink;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A rate that nobody configured: found by what a broker puts up with. MQTT 3.1.1 has no word for
 * "too fast", so a broker that throttles closes. From the second close in a row under load only
 * half of the rate that was seen is sent; after a while of peace slowly more, and when the rate at
 * which it closed is well behind, soon as much as there is. A broker may count bytes as well: of a
 * large message each {@value #PIECE} bytes count as one. Time is given to it; not thread-safe.
 */
final class Restraint {

  /** Closes further apart than this have nothing to do with each other. */
  private static final long IN_A_ROW = TimeUnit.SECONDS.toNanos(60);

  /** Nothing is risked for so long after a close; this bounds how often one is provoked. */
  private static final long PEACE = TimeUnit.SECONDS.toNanos(30);

  private static final long STEP = TimeUnit.SECONDS.toNanos(1);

  /** From half of the rate to all of it in so many steps. */
  private static final double STEPS = 60;

  /** So far above the rate of the last close, the limit is gone. */
  private static final double GONE = 1.25;

  private static final double FASTER = 1.1;

  /** Above so many times the rate of the last close, it is not limited any more. */
  private static final double FREE = 16;

  /** Of a message, in bytes. */
  static final int PIECE = 8 << 10;

  private static final int SLOTS = 10;
  private static final long SLOT = TimeUnit.SECONDS.toNanos(1) / SLOTS;

  private final int floor;
  private final int[] sent = new int[SLOTS];
  private long slot;
  private @Nullable TokenBucket bucket;
  private double limit;
  private double seen;
  private boolean suspected;
  private long closedAt;
  private long steppedAt;

  /**
   * Sends as much as there is.
   *
   * @param floor messages per second below which it never goes; 0 for no restraint at all
   */
  Restraint(int floor) {
    this.floor = floor;
  }

  /** Messages per second; 0 for as many as there are. */
  double limit() {
    return limit;
  }

  /** A connection stands; what was sent in a former one is not held against it. */
  void connected(long nowNanos) {
    Arrays.fill(sent, 0);
    slot = Math.floorDiv(nowNanos, SLOT);
  }

  /** A message goes. */
  void sent(int bytes, long nowNanos) {
    turnTo(nowNanos);
    int pieces = Math.max(1, bytes / PIECE);
    sent[(int) Math.floorMod(slot, (long) SLOTS)] += pieces;
    if (bucket != null) {
      bucket.take(pieces, nowNanos);
    }
  }

  /** Messages in the last second of this connection. */
  int rate(long nowNanos) {
    turnTo(nowNanos);
    return Arrays.stream(sent).sum();
  }

  private void turnTo(long nowNanos) {
    long now = Math.floorDiv(nowNanos, SLOT);
    for (long i = Math.max(slot + 1, now - SLOTS + 1); i <= now; i++) {
      sent[(int) Math.floorMod(i, (long) SLOTS)] = 0;
    }
    slot = Math.max(slot, now);
  }

  /**
   * The broker closed the connection without a reason.
   *
   * @return whether this is taken for its protest, and less is sent from now on
   */
  boolean closed(long nowNanos) {
    int rate = rate(nowNanos);
    if (floor == 0 || rate < 2 * floor) {
      return false;
    }
    boolean again = limit > 0 || (suspected && nowNanos - closedAt < IN_A_ROW);
    suspected = true;
    closedAt = nowNanos;
    if (!again) {
      return false;
    }
    seen = rate;
    steppedAt = nowNanos + PEACE;
    set(Math.max(floor, rate / 2.0), nowNanos);
    return true;
  }

  /** An end for another reason: a broker that restarts closes, too, but is not there afterwards. */
  void otherwise() {
    suspected = false;
  }

  /** Nanoseconds until a message may go; 0 for now. */
  long waitNanos(long nowNanos) {
    raise(nowNanos);
    return bucket == null ? 0 : bucket.waitNanos(nowNanos);
  }

  private void raise(long nowNanos) {
    while (limit > 0 && nowNanos - steppedAt >= STEP) {
      steppedAt += STEP;
      double next = limit > seen * GONE ? limit * FASTER : limit + Math.max(1, seen / 2 / STEPS);
      set(next > seen * FREE ? 0 : next, nowNanos);
    }
  }

  private void set(double rate, long nowNanos) {
    limit = rate;
    suspected &= rate > 0;
    bucket = rate > 0 ? new TokenBucket(rate, bucket, nowNanos) : null;
  }
}
