package dev.sluice.gateway.uplink;

import org.jspecify.annotations.Nullable;

/**
 * Lets a rate through. What it holds is bounded by a tenth of a second's worth, at least one unit;
 * whoever takes more than there is runs it into debt, so that one that is larger than the bucket
 * goes, too, and is paid for afterwards. Time is given to it; not thread-safe.
 */
final class TokenBucket {

  private static final double SECOND = 1e9;

  private final double perNano;
  private final double most;
  private double level;
  private long filledAt;

  /**
   * A full one.
   *
   * @param perSecond above 0
   */
  TokenBucket(double perSecond, long nowNanos) {
    this(perSecond, Math.max(1, perSecond / 10), nowNanos);
  }

  /** One of another rate, which holds no more than the one that it takes the place of. */
  TokenBucket(double perSecond, @Nullable TokenBucket former, long nowNanos) {
    this(perSecond, nowNanos);
    if (former != null) {
      former.fill(nowNanos);
      level = Math.min(most, former.level);
    }
  }

  /**
   * A full one.
   *
   * @param most what it holds
   */
  TokenBucket(double perSecond, double most, long nowNanos) {
    this.perNano = perSecond / SECOND;
    this.most = most;
    level = most;
    filledAt = nowNanos;
  }

  /** Nanoseconds until something may be taken; 0 for now. */
  long waitNanos(long nowNanos) {
    fill(nowNanos);
    double need = Math.min(1, most) - level;
    return need <= 0 ? 0 : (long) Math.ceil(need / perNano);
  }

  void take(double amount, long nowNanos) {
    fill(nowNanos);
    level -= amount;
  }

  private void fill(long nowNanos) {
    if (nowNanos - filledAt > 0) {
      level = Math.min(most, level + (nowNanos - filledAt) * perNano);
      filledAt = nowNanos;
    }
  }
}
