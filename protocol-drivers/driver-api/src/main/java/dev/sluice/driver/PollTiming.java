package dev.sluice.driver;

/**
 * When a transaction happened and what it moved. Times are of {@link TimeSource#nanoTime()}.
 *
 * @param requestEndNanos when the last byte of the request was handed to the medium
 * @param firstByteNanos when the first byte of the reply was seen
 * @param lastByteNanos when the last byte of the reply was seen
 * @param bytesOut sent, framing included
 * @param bytesIn received, framing included
 * @param busNanos how long the medium was taken, with the pauses that it demands before and after;
 *     0 where it can carry several transactions at once
 */
public record PollTiming(
    long requestEndNanos,
    long firstByteNanos,
    long lastByteNanos,
    int bytesOut,
    int bytesIn,
    long busNanos) {

  /** On a medium whose time nobody counts. */
  public PollTiming(
      long requestEndNanos, long firstByteNanos, long lastByteNanos, int bytesOut, int bytesIn) {
    this(requestEndNanos, firstByteNanos, lastByteNanos, bytesOut, bytesIn, 0);
  }

  /** When the values were true, as well as one can tell from outside: the middle. */
  public long acquiredNanos() {
    return requestEndNanos + (lastByteNanos - requestEndNanos) / 2;
  }
}
