package dev.sluice.driver.serial;

import io.vertx.core.buffer.Buffer;

/**
 * What came of an {@link Exchange}. Times are of {@link dev.sluice.driver.TimeSource#nanoTime()}.
 *
 * @param received all bytes since the request, at most {@link SerialPort#MAX_RECEIVED}; not to be
 *     changed
 * @param requestEndNanos when the last bit of the request left, by the speed of the port
 * @param firstByteNanos when the first byte was seen; as requestEndNanos if none was
 * @param lastByteNanos when the last byte was seen; as requestEndNanos if none was
 * @param busNanos how long the exchange had the port, pauses included
 * @param reason in words why the port is gone, for {@link Kind#PORT_LOST}, or how a scanner failed;
 *     else empty
 */
public record Outcome(
    Kind kind,
    Buffer received,
    long requestEndNanos,
    long firstByteNanos,
    long lastByteNanos,
    long busNanos,
    String reason) {

  /** In which way an exchange ended. */
  public enum Kind {
    /** The scanner found a whole reply, and nothing followed it. Or none was asked for. */
    REPLY,
    /** The scanner found a whole reply, but bytes followed it before the pause was over. */
    TRAILED,
    /** The scanner gave the reply up. */
    DAMAGED,
    /** No whole reply within the timeout; some bytes may have come. */
    TIMEOUT,
    /** The port went away, or was closed. Whether the request left is not known. */
    PORT_LOST
  }
}
