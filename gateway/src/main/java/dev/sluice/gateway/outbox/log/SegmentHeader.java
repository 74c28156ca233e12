package dev.sluice.gateway.outbox.log;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The first page of a segment; it holds the header twice, so that one bad sector costs nothing.
 *
 * @param number goes up by at least one with each file
 * @param firstSeq of its first record
 * @param createdMillis wall clock, 0 when it was not trusted
 * @param epoch random seed of all checksums in the file
 * @param before the epoch that the file had when it was another segment, or 0
 */
record SegmentHeader(
    StreamId stream, long number, long firstSeq, long createdMillis, int epoch, int before) {

  static final int PAGE = 4096;
  private static final int SECOND = PAGE / 2;
  private static final int BYTES = Preamble.BYTES + 16 + 8 + 8 + 8 + 4 + 4 + 4;

  String fileName() {
    return String.format("%010d-%020d.seg", number, firstSeq);
  }

  /** Fills one page at the buffer's position. */
  void encode(ByteBuffer into, Checksum sum) {
    int page = into.position();
    for (int i = 0; i < PAGE; i += 8) {
      into.putLong(page + i, 0);
    }
    encodeAt(into, page, sum);
    encodeAt(into, page + SECOND, sum);
    into.position(page + PAGE);
  }

  private void encodeAt(ByteBuffer into, int at, Checksum sum) {
    Preamble.put(into, at, Preamble.SEGMENT, sum);
    into.putLong(at + 16, stream.high()).putLong(at + 24, stream.low());
    into.putLong(at + 32, number).putLong(at + 40, firstSeq).putLong(at + 48, createdMillis);
    into.putInt(at + 56, epoch).putInt(at + 60, before);
    into.putInt(at + 64, sum.plain(into, at, at + BYTES - 4));
  }

  /**
   * The header in a page, or null when both copies are damaged.
   *
   * @param page from index 0 to its limit, which may be less than a page
   */
  static @Nullable SegmentHeader decode(ByteBuffer page, Path path, Checksum sum)
      throws NewerFormatException {
    for (int at = 0; at <= SECOND; at += SECOND) {
      if (page.limit() < at + BYTES
          || !Preamble.check(page, at, Preamble.SEGMENT, path, sum)
          || page.getInt(at + 64) != sum.plain(page, at, at + BYTES - 4)) {
        continue;
      }
      SegmentHeader header =
          new SegmentHeader(
              new StreamId(page.getLong(at + 16), page.getLong(at + 24)),
              page.getLong(at + 32),
              page.getLong(at + 40),
              page.getLong(at + 48),
              page.getInt(at + 56),
              page.getInt(at + 60));
      if (header.number > 0 && header.firstSeq > 0 && header.createdMillis >= 0) {
        return header;
      }
    }
    return null;
  }
}
