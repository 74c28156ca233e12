package dev.sluice.gateway.outbox.log;

import java.nio.ByteBuffer;
import java.util.List;

/** Where a commit takes its form before it is written; reused. Writing thread only. */
final class CommitBuffer {

  private static final int KEPT = 1 << 20;
  private static final int FIRST = 32 << 10;

  private final Checksum sum = new Checksum();
  private ByteBuffer bytes = ByteBuffer.allocate(FIRST);

  /** What a commit of these entries takes on disk. */
  static long size(List<Entry> entries) {
    return CommitHeader.padded(length(entries));
  }

  private static long length(List<Entry> entries) {
    long length = 0;
    for (Entry entry : entries) {
      length += Frame.BYTES + entry.payload().length;
    }
    return length;
  }

  ByteBuffer encode(
      List<Entry> entries, long firstSeq, long wallMillis, int epoch, int announcementKind) {
    int length = Math.toIntExact(length(entries));
    ByteBuffer into = cleared((int) CommitHeader.padded(length));
    into.position(CommitHeader.BYTES);
    long seq = firstSeq;
    long readings = 0;
    boolean announces = false;
    for (Entry entry : entries) {
      Frame.encode(into, entry, epoch, seq++, sum);
      readings += entry.readings();
      announces |= entry.kind() == announcementKind;
    }
    CommitHeader.of(
            firstSeq,
            wallMillis,
            entries.size(),
            length,
            (int) Math.min(readings, Integer.MAX_VALUE),
            announces)
        .encode(into, 0, epoch, sum);
    return padded(into);
  }

  ByteBuffer encodeSeal(long next, long wallMillis, int epoch) {
    ByteBuffer into = cleared(SegmentHeader.PAGE);
    CommitHeader.seal(next, wallMillis).encode(into, 0, epoch, sum);
    into.position(CommitHeader.BYTES);
    return padded(into);
  }

  ByteBuffer encode(SegmentHeader header) {
    ByteBuffer page = ByteBuffer.allocate(SegmentHeader.PAGE);
    header.encode(page, sum);
    return page.flip();
  }

  private ByteBuffer cleared(int size) {
    if (bytes.capacity() < size) {
      ByteBuffer larger = ByteBuffer.allocate(Math.max(size, Math.min(KEPT, 2 * size)));
      if (larger.capacity() > KEPT) {
        return larger.limit(size); // rare: a single huge record; not kept
      }
      bytes = larger;
    }
    return bytes.clear().limit(size);
  }

  private static ByteBuffer padded(ByteBuffer into) {
    while (into.hasRemaining()) {
      into.put((byte) 0);
    }
    return into.flip();
  }
}
