package dev.sluice.gateway.verify;

/**
 * Times from the reading to its arrival, counted in buckets that are a thirty-second of their value
 * wide. Not thread-safe.
 */
final class Latency {

  private static final int STEPS = 32;
  private static final int STEP_BITS = 5;

  private final long[] counts = new long[64 * STEPS];
  private long count;
  private long early;
  private long max;

  void add(long millis) {
    count++;
    if (millis < 0) {
      early++; // the two clocks differ
      counts[0]++;
      return;
    }
    max = Math.max(max, millis);
    counts[bucket(millis)]++;
  }

  private static int bucket(long millis) {
    if (millis < STEPS) {
      return (int) millis;
    }
    int shift = 63 - Long.numberOfLeadingZeros(millis) - STEP_BITS;
    return (shift + 1) * STEPS + (int) (millis >>> shift) - STEPS;
  }

  private static long upperEdge(int bucket) {
    if (bucket < STEPS) {
      return bucket;
    }
    int shift = bucket / STEPS - 1;
    return ((long) (bucket % STEPS + STEPS + 1) << shift) - 1;
  }

  /** In milliseconds, at most a thirty-second too long; 0 when there was none. */
  long quantile(double part) {
    long rank = (long) Math.ceil(part * count);
    long seen = 0;
    for (int i = 0; i < counts.length; i++) {
      seen += counts[i];
      if (seen >= rank && seen > 0) {
        return Math.min(max, upperEdge(i));
      }
    }
    return max;
  }

  long count() {
    return count;
  }

  long max() {
    return max;
  }

  /** How many came before they were read, as far as the clocks say. */
  long early() {
    return early;
  }
}
