package dev.sluice.driver.text;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a stream of bytes into lines, however it is chunked. Not thread-safe.
 *
 * <p>Bounded: a line longer than {@value #MAX_FRAME} bytes is reported once and skipped; the line
 * after the next delimiter is read again.
 */
final class DelimiterFramer {

  static final int MAX_FRAME = 4096;

  private final byte[] delimiter;
  private final byte[] bytes;
  private int length;
  private boolean skipping;

  /** Takes the delimiter as it is: 1 byte or more, not to be changed. */
  DelimiterFramer(byte[] delimiter) {
    this.delimiter = delimiter;
    this.bytes = new byte[MAX_FRAME + delimiter.length];
  }

  /** Forgets what it has; the next byte begins a line. */
  void reset() {
    length = 0;
    skipping = false;
  }

  /** Forgets what it has; the next byte belongs to a line whose beginning was not seen. */
  void resetAmidLine() {
    length = 0;
    skipping = true;
  }

  /** Whether a line has begun and not ended; false while one is skipped. */
  boolean amidLine() {
    return length > 0 && !skipping;
  }

  /** How many bytes of a line that has not ended are held. */
  int held() {
    return skipping ? 0 : length;
  }

  /** What these bytes complete, in order; often nothing. */
  List<Frame> feed(Buffer chunk) {
    var frames = new ArrayList<Frame>();
    for (int i = 0; i < chunk.length(); i++) {
      bytes[length++] = chunk.getByte(i);
      if (endsWithDelimiter()) {
        if (!skipping) {
          int text = length - delimiter.length;
          frames.add(new Frame.Text(new String(bytes, 0, text, StandardCharsets.UTF_8), length));
        }
        reset();
      } else if (length == bytes.length) {
        if (!skipping) {
          frames.add(new Frame.TooLong(length));
          skipping = true;
        }
        // What could still be the beginning of the delimiter.
        length = delimiter.length - 1;
        System.arraycopy(bytes, bytes.length - length, bytes, 0, length);
      }
    }
    return frames;
  }

  private boolean endsWithDelimiter() {
    int at = length - delimiter.length;
    if (at < 0) {
      return false;
    }
    for (int i = 0; i < delimiter.length; i++) {
      if (bytes[at + i] != delimiter[i]) {
        return false;
      }
    }
    return true;
  }
}
