package dev.sluice.gateway.outbox.log;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The first page of a segment; it holds the header twice, so that one bad sector costs nothing.
 *
 * @param number goes up by at least one with each file
 * @param firstSeq of its first record
 * @param createdMillis wall clock, 0 when it was not trusted
 * @param epoch random seed of all checksums in the file
 * @param before the epoch that the file had when it was another segment, or 0
 * @param encryption of its commits; null when they are in plain
 */
record SegmentHeader(
    StreamId stream,
    long number,
    long firstSeq,
    long createdMillis,
    int epoch,
    int before,
    @Nullable Encryption encryption) {

  static final int PAGE = 4096;
  private static final int SECOND = PAGE / 2;

  /** Of what tells a segment from all others. */
  static final int IDENTITY = 16 + 8 + 8 + 8 + 4 + 4;

  private static final int CIPHER_AT = Preamble.BYTES + IDENTITY;
  private static final int PLAIN = 0;
  private static final int AES_256_GCM = 1;

  /** With bytes for what may come, which are zero until then. */
  private static final int BYTES = 128;

  private static final int CRC_AT = BYTES - 4;

  /** Of a segment in plain. */
  SegmentHeader(
      StreamId stream, long number, long firstSeq, long createdMillis, int epoch, int before) {
    this(stream, number, firstSeq, createdMillis, epoch, before, null);
  }

  /** Neither none nor the one whose bytes may still be in the file. */
  static int epochAfter(int before, RandomGenerator random) {
    int epoch = 0;
    while (epoch == 0 || epoch == before) {
      epoch = random.nextInt();
    }
    return epoch;
  }

  /** What a commit of it takes beyond its header and records. */
  int extra() {
    return encryption == null ? 0 : CommitCipher.EXTRA;
  }

  /** Where the records of a commit are, seen from the commit. */
  int recordsAt() {
    return CommitHeader.BYTES + (encryption == null ? 0 : CommitCipher.NONCE);
  }

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
    encodeIdentity(into, at + Preamble.BYTES);
    if (encryption != null) {
      into.putInt(at + CIPHER_AT, AES_256_GCM);
      encryption.encode(into, at + CIPHER_AT + 8);
    }
    into.putInt(at + CRC_AT, sum.plain(into, at, at + CRC_AT));
  }

  void encodeIdentity(ByteBuffer into, int at) {
    into.putLong(at, stream.high()).putLong(at + 8, stream.low());
    into.putLong(at + 16, number).putLong(at + 24, firstSeq).putLong(at + 32, createdMillis);
    into.putInt(at + 40, epoch).putInt(at + 44, before);
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
          || page.getInt(at + CRC_AT) != sum.plain(page, at, at + CRC_AT)) {
        continue;
      }
      int cipher = page.getInt(at + CIPHER_AT);
      if (cipher != PLAIN && cipher != AES_256_GCM) {
        throw NewerFormatException.cipher(path, cipher);
      }
      SegmentHeader header =
          new SegmentHeader(
              new StreamId(page.getLong(at + 16), page.getLong(at + 24)),
              page.getLong(at + 32),
              page.getLong(at + 40),
              page.getLong(at + 48),
              page.getInt(at + 56),
              page.getInt(at + 60),
              cipher == PLAIN ? null : Encryption.decode(page, at + CIPHER_AT + 8));
      if (header.number > 0 && header.firstSeq > 0 && header.createdMillis >= 0) {
        return header;
      }
    }
    return null;
  }
}
