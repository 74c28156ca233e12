package dev.sluice.gateway.outbox.log;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What is in the last segment of a log that may have ended in the middle of a write: all of it is
 * read and checked. Without its key only the headers can be: then no commit is whole.
 *
 * @param commits that are whole
 * @param bytes up to the end of the last whole one
 * @param end the seq after its last record
 * @param claimed the highest seq that a commit of full length was to reach, whole or not; it may
 *     have been durable. At least {@code end}
 * @param claimedBytes up to the end of the last commit of full length, whole or not
 * @param newestMillis its time, 0 when not trusted
 * @param sealed whether the log was closed and nothing follows
 * @param dirty whether something was written although no commit is whole; what the file held when
 *     it was another segment does not count
 * @param unreadable whether the disk did not read some of it
 */
record TailScan(
    int commits,
    long bytes,
    long end,
    long claimed,
    long claimedBytes,
    long newestMillis,
    boolean sealed,
    boolean dirty,
    boolean unreadable) {

  private static final int ATTEMPTS = 3;

  static TailScan of(FileOps files, Segment tail) throws IOException {
    try (OpenFile file = files.open(tail.path(), false)) {
      return new Scan(file, tail).run();
    }
  }

  /** The walk over the file. */
  private static final class Scan {

    private final OpenFile file;
    private final SegmentHeader header;
    private final long size;
    private final Window window = new Window();
    private final Checksum sum = new Checksum();
    private final @Nullable CommitRecords records;
    private boolean unreadable;

    /** By headers alone. */
    private long claimed;

    private long claimedBytes;

    Scan(OpenFile file, Segment tail) {
      this.file = file;
      this.header = tail.header();
      this.size = tail.bytes();
      this.records =
          tail.hasKey() ? new CommitRecords(file, window, header, tail.cipher(), sum) : null;
    }

    TailScan run() {
      int commits = 0;
      long bytes = SegmentHeader.PAGE;
      long end = header.firstSeq();
      long newest = 0;
      boolean sealed = false;
      long at = SegmentHeader.PAGE;
      while (at + CommitHeader.BYTES <= size) {
        CommitHeader commit = attempt(at);
        if (commit == null || commit.firstSeq() < end) {
          at += SegmentHeader.PAGE;
          continue;
        }
        at += commit.padded(header.extra());
        bytes = at;
        end = commit.end();
        newest = Math.max(newest, commit.wallMillis());
        sealed = commit.seals();
        commits += sealed ? 0 : 1;
      }
      return new TailScan(
          commits,
          bytes,
          end,
          Math.max(end, claimed),
          Math.max(bytes, claimedBytes),
          newest,
          sealed && bytes == size,
          commits == 0 && dirty(),
          unreadable);
    }

    private @Nullable CommitHeader attempt(long at) {
      for (int attempt = 1; ; attempt++) {
        try {
          return wholeCommit(at);
        } catch (IOException e) { // counted below us
          if (attempt == ATTEMPTS) {
            unreadable = true;
            return null;
          }
        }
      }
    }

    private @Nullable CommitHeader wholeCommit(long at) throws IOException {
      int index = window.load(file, at, CommitHeader.BYTES, size);
      CommitHeader commit =
          index < 0 ? null : CommitHeader.decode(window.bytes(), index, header.epoch(), sum);
      if (commit == null || at + commit.padded(header.extra()) > size) {
        return null; // cut: its write had not ended, so nobody was told that it is durable
      }
      claimed = Math.max(claimed, commit.end());
      claimedBytes = Math.max(claimedBytes, at + commit.padded(header.extra()));
      return records != null && whole(commit, at, records) ? commit : null;
    }

    private boolean whole(CommitHeader commit, long at, CommitRecords in) throws IOException {
      in.enter(commit, at);
      boolean whole = in.genuine();
      for (long seq = commit.firstSeq(); whole && seq < commit.end(); seq++) {
        whole = in.next(seq) != null;
      }
      return whole;
    }

    /** The first commit begins where the first one of the former segment did. */
    private boolean isOfAnotherLife() {
      try {
        int index = window.load(file, SegmentHeader.PAGE, CommitHeader.BYTES, size);
        return index >= 0
            && CommitHeader.decode(window.bytes(), index, header.before(), sum) != null;
      } catch (IOException e) {
        return false; // what it holds is not known
      }
    }

    /** Whether somebody wrote there: a file that only grew reads as zeros. */
    private boolean dirty() {
      if (header.before() != 0 && isOfAnotherLife()) {
        return false;
      }
      for (long at = SegmentHeader.PAGE; at < size; at += SegmentHeader.PAGE) {
        int length = (int) Math.min(SegmentHeader.PAGE, size - at);
        try {
          int index = window.load(file, at, length, size);
          for (int i = 0; index >= 0 && i < length; i++) {
            if (window.bytes().get(index + i) != 0) {
              return true;
            }
          }
        } catch (IOException e) {
          return true; // what it holds is not known
        }
      }
      return false;
    }
  }
}
