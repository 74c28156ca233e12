package dev.sluice.benchmarks;

/**
 * How long to look.
 *
 * @param runs taken by turns, of which the median counts
 * @param runMillis length of one of them
 * @param warmUpSeconds before a whole gateway is measured
 * @param seconds for which it is measured
 * @param outageSeconds for which the broker is gone
 * @param busSeconds for which a bus with a dead slave is measured
 */
record Effort(
    int runs, int runMillis, int warmUpSeconds, int seconds, int outageSeconds, int busSeconds) {

  /** What figures are quoted from. */
  static final Effort FULL = new Effort(7, 2_000, 25, 30, 30, 300);

  /** Proves that the harness works; the figures are worth nothing. */
  static final Effort QUICK = new Effort(1, 300, 3, 5, 5, 10);
}
