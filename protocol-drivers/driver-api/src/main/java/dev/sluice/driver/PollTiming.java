package dev.sluice.driver;

/**
 * When a transaction happened and what it moved. Times are of {@link TimeSource#nanoTime()}.
 *
 * @param requestEndNanos when the last byte of the request was handed to the medium
 * @param firstByteNanos when the first byte of the reply was seen
 * @param lastByteNanos when the last byte of the reply was seen
 * @param bytesOut sent, framing included
 * @param bytesIn received, framing included
 */
public record PollTiming(
    long requestEndNanos, long firstByteNanos, long lastByteNanos, int bytesOut, int bytesIn) {

  /** When the values were true, as well as one can tell from outside: the middle. */
  public long acquiredNanos() {
    return requestEndNanos + (lastByteNanos - requestEndNanos) / 2;
  }
}
