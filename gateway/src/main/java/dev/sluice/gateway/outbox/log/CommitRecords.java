package dev.sluice.gateway.outbox.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The records of one commit after the other: from the file as they are wanted, or from what was
 * deciphered of the commit, which is all or nothing. Not thread-safe.
 */
final class CommitRecords {

  /** A larger buffer is not kept. */
  private static final int KEPT = 1 << 20;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final OpenFile file;
  private final Window window;
  private final SegmentHeader segment;
  private final @Nullable CommitCipher cipher;
  private final Checksum sum;

  private long commitAt;
  private int length;

  /** Where the next record is, seen from the commit. */
  private long next;

  /** The commit in plain, when it was deciphered. */
  private ByteBuffer plain = NOTHING;

  private boolean deciphered;

  /**
   * For one segment.
   *
   * @param cipher null for one in plain
   */
  CommitRecords(
      OpenFile file,
      Window window,
      SegmentHeader segment,
      @Nullable CommitCipher cipher,
      Checksum sum) {
    this.file = file;
    this.window = window;
    this.segment = segment;
    this.cipher = cipher;
    this.sum = sum;
  }

  /** Goes to the first record of a commit; reads nothing yet. */
  void enter(CommitHeader commit, long at) {
    commitAt = at;
    length = commit.length();
    next = segment.recordsAt();
    deciphered = false;
    if (plain.capacity() > KEPT) {
      plain = NOTHING;
    }
  }

  /** Where in the file is what {@link #next} reads. */
  long at() {
    return cipher == null ? commitAt + next : commitAt;
  }

  /** Whether the commit, if it is encrypted, is what was written there. */
  boolean genuine() throws IOException {
    if (cipher != null && !deciphered) {
      decipher(cipher);
    }
    return cipher == null || deciphered;
  }

  private void decipher(CommitCipher with) throws IOException {
    int size = Math.toIntExact((long) CommitHeader.BYTES + length + CommitCipher.EXTRA);
    if (plain.capacity() < size) {
      plain = ByteBuffer.allocate(size > KEPT / 2 ? size : 2 * size);
    }
    deciphered =
        window.copy(file, commitAt, plain.array(), size, commitAt + size)
            && with.open(plain.array(), length, commitAt);
  }

  /** The record that must come next; null when it is damaged. */
  @Nullable StoredRecord next(long seq) throws IOException {
    if (!genuine()) {
      return null;
    }
    long end = (long) segment.recordsAt() + length;
    int index = frameAt(end);
    if (index < 0) {
      return null;
    }
    Frame frame = Frame.decode(cipher == null ? window.bytes() : plain, index);
    if (frame.length() < 0 || frame.length() > end - next - Frame.BYTES) {
      return null;
    }
    byte[] payload = new byte[frame.length()];
    if (!payload(payload, end) || !frame.matches(segment.epoch(), seq, payload, sum)) {
      return null;
    }
    next += Frame.BYTES + frame.length();
    return new StoredRecord(seq, frame.kind(), frame.readings(), payload);
  }

  private int frameAt(long end) throws IOException {
    return cipher == null
        ? window.load(file, commitAt + next, Frame.BYTES, commitAt + end)
        : next + Frame.BYTES > end ? -1 : (int) next;
  }

  private boolean payload(byte[] into, long end) throws IOException {
    if (cipher == null) {
      return window.copy(file, commitAt + next + Frame.BYTES, into, commitAt + end);
    }
    plain.get((int) next + Frame.BYTES, into);
    return true;
  }
}
