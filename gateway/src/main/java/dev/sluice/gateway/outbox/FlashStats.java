package dev.sluice.gateway.outbox;

/**
 * What the outbox asks of its disk, since the gateway was started, whether the directory was opened
 * once or several times; a snapshot. Measured above the file system: what that adds, and how the
 * flash moves data inside, comes on top.
 *
 * @param diskFull whether there is no more room than the outbox has taken already
 * @param written bytes to all files: records, headers, padding, cursors
 * @param payload bytes of the records among them
 * @param syncs fsyncs that came to their end
 * @param syncNanos their time, ns
 * @param longestSyncNanos the longest of them, ns
 * @param slowSyncs those longer than {@link FlashOptions#slowSync}
 * @param lifetimeDays how long the endurance lasts at the rate of the last day, or since the start
 *     when that is shorter; NaN when the endurance is not known or nothing was written yet
 */
public record FlashStats(
    boolean diskFull,
    long written,
    long payload,
    long syncs,
    long syncNanos,
    long longestSyncNanos,
    long slowSyncs,
    double lifetimeDays) {

  /** Bytes written for each byte of payload; NaN before the first. */
  public double amplification() {
    return payload == 0 ? Double.NaN : (double) written / payload;
  }
}
