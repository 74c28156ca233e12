package dev.sluice.gateway.outbox.log;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A piece of a file in memory: what makes many small reads few. All memory that reading takes,
 * whatever the backlog. Not thread-safe.
 */
final class Window {

  private static final int BYTES = 64 * 1024;

  private final ByteBuffer bytes = ByteBuffer.allocate(BYTES).limit(0);
  private long start;

  /** The bytes, valid at the index that {@link #load} returned. */
  ByteBuffer bytes() {
    return bytes;
  }

  /** Forgets what is loaded. */
  void clear() {
    bytes.limit(0);
  }

  /**
   * Makes {@code length} bytes at {@code at} available; the index of the first, or -1 when the file
   * ends before.
   *
   * @param end nothing at or beyond is read: it may be under way
   */
  int load(OpenFile file, long at, int length, long end) throws IOException {
    if (at + length > end) {
      return -1;
    }
    if (at < start || at + length > start + bytes.limit()) {
      fill(file, at, length, end);
    }
    return at + length > start + bytes.limit() ? -1 : (int) (at - start);
  }

  /** Reads ahead; where that fails, only what is asked for, so that a bad sector harms itself. */
  private void fill(OpenFile file, long at, int length, long end) throws IOException {
    try {
      read(file, at, (int) Math.min(BYTES, end - at));
    } catch (IOException e) {
      read(file, at, length);
    }
  }

  private void read(OpenFile file, long at, int length) throws IOException {
    bytes.limit(0);
    bytes.clear().limit(length);
    boolean read = false;
    try {
      bytes.limit(file.read(bytes, at));
      start = at;
      read = true;
    } finally {
      if (!read) {
        bytes.limit(0);
      }
    }
  }

  /** Copies bytes out; false when the file ends before. */
  boolean copy(OpenFile file, long at, byte[] into, long end) throws IOException {
    return copy(file, at, into, into.length, end);
  }

  /** Copies the first bytes. */
  boolean copy(OpenFile file, long at, byte[] into, int length, long end) throws IOException {
    int done = 0;
    while (done < length) {
      int piece = Math.min(length - done, SegmentHeader.PAGE);
      int index = load(file, at + done, piece, end);
      if (index < 0) {
        return false;
      }
      bytes.get(index, into, done, piece);
      done += piece;
    }
    return true;
  }
}
