package dev.sluice.gateway.outbox.log;

import java.io.Closeable;
import java.io.IOException;
import java.util.BitSet;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of one segment in order of seq, over damage, and never beyond what was forced.
 * One thread at a time.
 */
final class SegmentReader implements Closeable {

  /** What comes next. */
  sealed interface Item permits Found, Lost, End {}

  /** A record whose checksum holds. */
  record Found(StoredRecord record) implements Item {}

  /** Nothing below {@code to} can be read, from the asked seq on. */
  record Lost(long to, long readings) implements Item {}

  /** No more durable records here. */
  record End() implements Item {}

  private static final End END = new End();

  /** So often an unreadable place is tried before it counts as damage. */
  static final int ATTEMPTS = 5;

  private final OpenFile file;
  private final Segment segment;
  private final Window window;
  private final Checksum sum = new Checksum();

  /** Where to look for the next commit. */
  private long commitAt = SegmentHeader.PAGE;

  /** The seq that must come next here. */
  private long expected;

  /** The commit under way; null between two. */
  private @Nullable CommitHeader commit;

  private final CommitRecords records;
  private long readingsSeen;

  private final BooleanSupplier diskWorks;
  private long failedAt = -1;
  private int failures;

  /** The last place was given up: what follows it needs no patience. */
  private boolean skipping;

  /** Pages given up: passing them again needs no patience either. */
  private final BitSet givenUp = new BitSet();

  /**
   * Opens the file.
   *
   * @param diskWorks whether the disk is fine otherwise: while it is not, nothing counts as damage
   */
  SegmentReader(FileOps files, Segment segment, Window window, BooleanSupplier diskWorks)
      throws IOException {
    this.file = files.open(segment.path(), false);
    this.diskWorks = diskWorks;
    this.segment = segment;
    this.window = window;
    this.expected = segment.first();
    this.records = new CommitRecords(file, window, segment.header(), segment.cipher(), sum);
    window.clear();
  }

  Segment segment() {
    return segment;
  }

  /**
   * The first record at or above {@code want}, or what is known about its loss.
   *
   * @throws IOException when the disk does not read; the fifth time at the same place that is
   *     damage and reading goes on behind it
   */
  Item next(long want) throws IOException {
    if (want < expected) {
      rewind();
    }
    long end = segment.end();
    if (want >= end) {
      return END;
    }
    Item item = null;
    while (item == null) {
      item = commit == null ? findCommit(want, end) : findRecord(commit, want);
    }
    return item instanceof Found found && found.record().seq() >= end ? END : item;
  }

  /**
   * The header of the commit that begins with {@code want}, its records unread; null when something
   * else comes next, which {@link #next} tells.
   */
  @Nullable CommitHeader commitFrom(long want) throws IOException {
    if (want != expected || want >= segment.end()) {
      return null;
    }
    CommitHeader open = commit;
    if (open == null && findCommit(want, segment.end()) == null) {
      open = commit;
    }
    return open != null && open.firstSeq() == want ? open : null;
  }

  /** Goes behind the commit that {@link #commitFrom} told. */
  void pass(CommitHeader told) {
    leaveCommit(told);
  }

  /**
   * The header of the next commit, whose records stay unread; null behind the last one. Not to be
   * mixed with {@link #next}.
   */
  @Nullable CommitHeader nextCommit() throws IOException {
    if (commit != null) {
      leaveCommit(commit);
    }
    Item item = null;
    while (commit == null && item == null) {
      item = findCommit(Long.MAX_VALUE, segment.end());
    }
    return commit != null && commit.firstSeq() < segment.end() ? commit : null;
  }

  /**
   * Where the next record should be, or its commit if that is encrypted; what {@link #next} tells
   * as lost begins there.
   */
  long place() {
    CommitHeader open = commit;
    if (open == null) {
      return commitAt;
    }
    return expected < open.end() ? records.at() : commitAt + padded(open);
  }

  /** When the commit of the last record was written, ms since 1970; 0 when that is not known. */
  long wallMillis() {
    CommitHeader open = commit;
    return open == null ? 0 : open.wallMillis();
  }

  private void rewind() {
    commitAt = SegmentHeader.PAGE;
    expected = segment.first();
    commit = null;
  }

  private @Nullable Item findCommit(long want, long end) throws IOException {
    long limit = segment.bytes();
    while (commitAt + CommitHeader.BYTES <= limit) {
      CommitHeader found = headerAt(commitAt, limit);
      if (found == null || found.firstSeq() < expected || commitAt + padded(found) > limit) {
        commitAt += SegmentHeader.PAGE;
        continue;
      }
      boolean hole = found.firstSeq() > expected;
      expected = Math.min(found.firstSeq(), end);
      if (found.seals()) {
        commitAt += SegmentHeader.PAGE;
      } else {
        commit = found;
        records.enter(found, commitAt);
        readingsSeen = 0;
      }
      return hole && want < expected ? new Lost(expected, 0) : null;
    }
    return END;
  }

  private @Nullable CommitHeader headerAt(long at, long limit) throws IOException {
    try {
      int index = window.load(file, at, CommitHeader.BYTES, limit);
      skipping = false;
      return index < 0
          ? null
          : CommitHeader.decode(window.bytes(), index, segment.header().epoch(), sum);
    } catch (IOException e) {
      retryOrSkip(at, e);
      return null;
    }
  }

  private @Nullable Item findRecord(CommitHeader open, long want) throws IOException {
    if (want >= open.end()) {
      leaveCommit(open);
      return null;
    }
    while (expected < open.end()) {
      StoredRecord found;
      try {
        found = records.next(expected);
      } catch (IOException e) {
        retryOrSkip(records.at(), e);
        return lose(open);
      }
      if (found == null) {
        return lose(open);
      }
      readingsSeen += found.readings();
      expected++;
      if (found.seq() >= want) {
        return new Found(found);
      }
    }
    leaveCommit(open);
    return null;
  }

  /** A damaged record takes the rest of its commit with it: where the next begins is not known. */
  private Item lose(CommitHeader open) {
    long readings = Math.max(0, open.readings() - readingsSeen);
    leaveCommit(open);
    return new Lost(open.end(), readings);
  }

  private void leaveCommit(CommitHeader open) {
    commitAt += padded(open);
    expected = open.end();
    commit = null;
  }

  private long padded(CommitHeader header) {
    return header.padded(segment.header().extra());
  }

  private void retryOrSkip(long at, IOException e) throws IOException {
    int page = (int) (at / SegmentHeader.PAGE);
    if (givenUp.get(page)) {
      return;
    }
    failures = at == failedAt ? failures + 1 : 1;
    failedAt = at;
    if (!diskWorks.getAsBoolean() || (failures < ATTEMPTS && !skipping)) {
      throw e;
    }
    skipping = true;
    givenUp.set(page);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
