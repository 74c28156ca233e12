package dev.sluice.driver.modbus.tcp;

import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream of bytes into frames, wherever the network split it. Keeps at most one frame. Not
 * thread-safe.
 */
final class MbapFrames {

  static final int PROTOCOL_AT = 2;
  static final int LENGTH_AT = 4;
  static final int UNIT_AT = 6;
  static final int HEADER_BYTES = 7;

  /** The length counts what follows it: unit and function at least, a PDU of 253 at most. */
  static final int MIN_LENGTH = 2;

  static final int MAX_LENGTH = 254;
  static final int MAX_FRAME_BYTES = UNIT_AT + MAX_LENGTH;

  /** Takes the frames. */
  interface Sink {

    /**
     * One whole frame.
     *
     * @param bytes hold the frame until the call returns
     * @param firstByteNanos when its first byte came
     * @param lastByteNanos when its last byte came
     * @return whether to go on; if not, {@link #clear()} has been called
     */
    boolean frame(byte[] bytes, int offset, int length, long firstByteNanos, long lastByteNanos);
  }

  private final Sink sink;
  private final byte[] bytes = new byte[MAX_FRAME_BYTES];
  private int end;
  private long firstByteNanos;

  MbapFrames(Sink sink) {
    this.sink = sink;
  }

  /** Forgets the frame that had begun. */
  void clear() {
    end = 0;
  }

  /** Whether a frame began before a time and has not come to its end. */
  boolean begunBefore(long nanos) {
    return end > 0 && firstByteNanos - nanos < 0;
  }

  /**
   * Takes what came from the network.
   *
   * @param nanos when it came
   * @return null; or in words what was found in place of a header, after which nothing of the
   *     stream can be understood
   */
  @Nullable String accept(Buffer chunk, long nanos) {
    int size = chunk.length();
    int from = 0;
    while (from < size) {
      int take = Math.min(size - from, bytes.length - end);
      chunk.getBytes(from, from + take, bytes, end);
      if (end == 0) {
        firstByteNanos = nanos;
      }
      from += take;
      end += take;
      int start = 0;
      while (end - start >= UNIT_AT) {
        int protocol = unsignedShort(bytes, start + PROTOCOL_AT);
        int length = unsignedShort(bytes, start + LENGTH_AT);
        if (protocol != 0) {
          return "protocol id " + protocol + ", expected 0";
        }
        if (length < MIN_LENGTH || length > MAX_LENGTH) {
          return "length " + length + ", expected " + MIN_LENGTH + " to " + MAX_LENGTH;
        }
        int frame = UNIT_AT + length;
        if (end - start < frame) {
          break;
        }
        if (!sink.frame(bytes, start, frame, firstByteNanos, nanos)) {
          return null;
        }
        start += frame;
        firstByteNanos = nanos;
      }
      if (start > 0) {
        end -= start;
        System.arraycopy(bytes, start, bytes, 0, end);
      }
    }
    return null;
  }

  static int unsignedShort(byte[] bytes, int at) {
    return ((bytes[at] & 0xFF) << 8) | (bytes[at + 1] & 0xFF);
  }
}
