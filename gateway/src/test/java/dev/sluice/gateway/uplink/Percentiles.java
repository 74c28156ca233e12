package dev.sluice.gateway.uplink;

import java.util.Arrays;
import java.util.Locale;

/** Times that something took. */
final class Percentiles {

  private final long[] sorted;

  /** Of nanoseconds. */
  Percentiles(long[] nanos) {
    sorted = nanos.clone();
    Arrays.sort(sorted);
  }

  double millis(double percent) {
    int index = (int) Math.ceil(percent / 100 * sorted.length) - 1;
    return sorted[Math.max(0, index)] / 1e6;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "p50=%.0f ms p99=%.0f ms max=%.0f ms", millis(50), millis(99), millis(100));
  }
}
