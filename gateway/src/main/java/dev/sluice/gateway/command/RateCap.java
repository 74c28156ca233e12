package dev.sluice.gateway.command;

import java.util.HashMap;
import java.util.Map;

/** So many a second for each source, and a second's worth at once. Thread-safe. */
final class RateCap {

  private static final double SECOND = 1e9;

  /** Sources are uplinks; beyond this many somebody makes them up. */
  private static final int MOST_SOURCES = 1_000;

  private static final class Bucket {
    double level;
    long filledNanos;
  }

  private final int perSecond;
  private final Map<String, Bucket> buckets = new HashMap<>();

  RateCap(int perSecond) {
    this.perSecond = perSecond;
  }

  /** Whether one more may come. */
  synchronized boolean admits(String source, long nowNanos) {
    Bucket bucket = buckets.get(source);
    if (bucket == null) {
      if (buckets.size() >= MOST_SOURCES) {
        return false;
      }
      bucket = new Bucket();
      bucket.level = perSecond;
      bucket.filledNanos = nowNanos;
      buckets.put(source, bucket);
    }
    long elapsed = nowNanos - bucket.filledNanos;
    if (elapsed > 0) {
      bucket.level = Math.min(perSecond, bucket.level + elapsed / SECOND * perSecond);
      bucket.filledNanos = nowNanos;
    }
    if (bucket.level < 1) {
      return false;
    }
    bucket.level--;
    return true;
  }
}
