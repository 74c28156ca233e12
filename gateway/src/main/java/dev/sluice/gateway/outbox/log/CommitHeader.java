package dev.sluice.gateway.outbox.log;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What precedes the records of one commit.
 *
 * @param wallMillis when it was written, 0 when the clock was not trusted
 * @param count of records
 * @param length of all records, bytes
 * @param readings in all records
 */
record CommitHeader(
    long firstSeq, long wallMillis, int count, int length, int readings, int flags) {

  static final int BYTES = 40;
  private static final int MAGIC = 0x534C434D; // SLCM
  private static final int SEAL = 1;
  private static final int ANNOUNCES = 2;

  static CommitHeader of(
      long firstSeq, long wallMillis, int count, int length, int readings, boolean announces) {
    return new CommitHeader(
        firstSeq, wallMillis, count, length, readings, announces ? ANNOUNCES : 0);
  }

  static CommitHeader seal(long next, long wallMillis) {
    return new CommitHeader(next, wallMillis, 0, 0, 0, SEAL);
  }

  boolean seals() {
    return (flags & SEAL) != 0;
  }

  boolean announces() {
    return (flags & ANNOUNCES) != 0;
  }

  /** The seq after the last record. */
  long end() {
    return firstSeq + count;
  }

  /**
   * What the commit takes on disk: whole pages.
   *
   * @param extra what encryption takes of it, bytes
   */
  long padded(int extra) {
    return pages((long) length + extra);
  }

  /** What a commit with so much behind its header takes on disk. */
  static long pages(long behind) {
    return (BYTES + behind + SegmentHeader.PAGE - 1) / SegmentHeader.PAGE * SegmentHeader.PAGE;
  }

  void encode(ByteBuffer into, int at, int epoch, Checksum sum) {
    into.putInt(at, MAGIC);
    into.putLong(at + 8, firstSeq).putLong(at + 16, wallMillis);
    into.putInt(at + 24, count).putInt(at + 28, length).putInt(at + 32, readings);
    into.putInt(at + 36, flags);
    into.putInt(at + 4, sum.seeded(epoch, into, at + 8, at + BYTES));
  }

  /** The header at an index, or null when none is there. */
  static @Nullable CommitHeader decode(ByteBuffer from, int at, int epoch, Checksum sum) {
    if (from.getInt(at) != MAGIC
        || from.getInt(at + 4) != sum.seeded(epoch, from, at + 8, at + BYTES)) {
      return null;
    }
    CommitHeader header =
        new CommitHeader(
            from.getLong(at + 8),
            from.getLong(at + 16),
            from.getInt(at + 24),
            from.getInt(at + 28),
            from.getInt(at + 32),
            from.getInt(at + 36));
    return header.plausible() ? header : null;
  }

  private boolean plausible() {
    boolean records = count > 0 && length >= (long) count * Frame.BYTES;
    boolean none = count == 0 && length == 0;
    return firstSeq > 0 && readings >= 0 && (seals() ? none : records);
  }
}
