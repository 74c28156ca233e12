package dev.sluice.gateway.outbox.log;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Where a commit takes its form before it is written; reused. Writing thread only. */
final class CommitBuffer {

  /**
   * Where a commit goes.
   *
   * @param cipher of the segment; null when it is in plain
   * @param at where in the file
   */
  record Place(SegmentHeader segment, @Nullable CommitCipher cipher, long at) {}

  private static final int KEPT = 1 << 20;
  private static final int FIRST = 32 << 10;

  private final Checksum sum = new Checksum();
  private final Keys keys;
  private final RandomGenerator random;
  private ByteBuffer bytes = ByteBuffer.allocate(FIRST);

  CommitBuffer(Keys keys, RandomGenerator random) {
    this.keys = keys;
    this.random = random;
  }

  Keys keys() {
    return keys;
  }

  /** What a commit of these entries takes on disk. */
  long size(List<Entry> entries) {
    return CommitHeader.pages(length(entries) + keys.extra());
  }

  private static long length(List<Entry> entries) {
    long length = 0;
    for (Entry entry : entries) {
      length += Frame.BYTES + entry.payload().length;
    }
    return length;
  }

  /**
   * A commit of entries.
   *
   * @param place where it goes
   */
  ByteBuffer encode(
      List<Entry> entries, long firstSeq, long wallMillis, int announcementKind, Place place) {
    int epoch = place.segment.epoch();
    int length = Math.toIntExact(length(entries));
    ByteBuffer into = cleared((int) CommitHeader.pages((long) length + place.segment.extra()));
    into.position(place.segment.recordsAt());
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
    return finished(into, length, place);
  }

  ByteBuffer encodeSeal(long next, long wallMillis, Place place) {
    ByteBuffer into = cleared(SegmentHeader.PAGE);
    CommitHeader.seal(next, wallMillis).encode(into, 0, place.segment.epoch(), sum);
    return finished(into, 0, place);
  }

  @SuppressWarnings("ByteBufferBackingArray") // allocated here
  private ByteBuffer finished(ByteBuffer into, int length, Place place) {
    if (place.cipher != null) {
      place.cipher.seal(into.array(), length, place.at, random);
    }
    return padded(into.position(CommitHeader.BYTES + length + place.segment.extra()));
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
