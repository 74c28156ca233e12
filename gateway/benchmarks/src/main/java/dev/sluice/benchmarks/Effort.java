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
 * @param ringBytes bound of an outbox whose uplink is gone
 * @param backlogBytes that wait in an outbox
 */
record Effort(
    int runs,
    int runMillis,
    int warmUpSeconds,
    int seconds,
    int outageSeconds,
    int busSeconds,
    long ringBytes,
    long backlogBytes) {

  private static final long MIB = 1 << 20;

  /** 1 GiB, and a little more, so that the last segment is full: that one is read when it opens. */
  private static final long BACKLOG = 1_024 * MIB + 56 * MIB / 16;

  /** What figures are quoted from. */
  static final Effort FULL = new Effort(7, 2_000, 25, 30, 30, 300, 64 * MIB, BACKLOG);

  /** Proves that the harness works; the figures are worth nothing. */
  static final Effort QUICK = new Effort(1, 300, 3, 5, 5, 10, 16 * MIB, 256 * MIB);
}
