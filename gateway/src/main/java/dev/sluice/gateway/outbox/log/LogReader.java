package dev.sluice.gateway.outbox.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads what one cursor has left, in order. Keeps its place, so that reading on costs no search.
 * One thread at a time; never waits for the writing one.
 */
public final class LogReader implements Closeable {

  private static final int MAX_RECORDS = 10_000;

  /** Seqs that should be there and cannot be read, not announced yet. */
  public record Hole(long first, long last, long readings) {}

  /** What one read found. */
  public record Read(List<StoredRecord> records, List<Hole> holes) {}

  private final Log log;
  private final FileOps files;
  private final Shelf shelf;
  private final Cursor cursor;
  private final Announcer announcer;
  private final Window window = new Window();
  private @Nullable SegmentReader open;

  /** What is named further on; read when something is missing, which is rare. */
  private @Nullable Announced foretold;

  LogReader(Log log, FileOps files, Shelf shelf, Cursor cursor, Announcer announcer) {
    this.log = log;
    this.files = files;
    this.shelf = shelf;
    this.cursor = cursor;
    this.announcer = announcer;
  }

  /**
   * Reads records at or above {@code from} that are not acknowledged, ascending, until their
   * payload reaches {@code maxBytes}; at least one if there is one.
   *
   * @throws IOException when the disk does not read and nothing was found before
   */
  public Read read(long from, int maxBytes) throws IOException {
    Read read = new Read(new ArrayList<>(), new ArrayList<>());
    try {
      collect(from, maxBytes, read);
    } catch (IOException e) {
      if (e instanceof ClosedChannelException) {
        close(); // somebody interrupted the thread; the next read opens the file again
      }
      if (read.records().isEmpty()) {
        throw e;
      }
    }
    return read;
  }

  private void collect(long from, int maxBytes, Read read) throws IOException {
    long end = log.next();
    long seq = cursor.nextFrom(from);
    long bytes = 0;
    while (seq < end && bytes < maxBytes && read.records().size() < MAX_RECORDS) {
      Segment segment = shelf.below(seq);
      long segmentEnd = segment == null ? 0 : segment.end();
      if (segment == null || seq >= segmentEnd) {
        // Segments between may be gone because this cursor had them: they are not missing.
        long to = Math.min(Math.min(end, shelf.firstAbove(seq, end)), cursor.rangeEnd(seq));
        seq = miss(seq, to, 0, read);
        continue;
      }
      SegmentReader.Item item = next(segment, seq);
      if (item instanceof SegmentReader.Found found) {
        read.records().add(found.record());
        bytes += found.record().payload().length;
        seq = cursor.nextFrom(seq + 1);
        cursor.handedOut(found.record().seq() + 1);
      } else if (item instanceof SegmentReader.Lost lost) {
        seq = miss(seq, lost.to(), lost.readings(), read);
      } else {
        seq = miss(seq, segmentEnd, 0, read);
      }
    }
  }

  private SegmentReader.Item next(Segment segment, long seq) throws IOException {
    SegmentReader current = open;
    if (current == null || current.segment() != segment) {
      close();
      try {
        current = new SegmentReader(files, segment, window, log::working);
      } catch (NoSuchFileException e) {
        return new SegmentReader.End(); // deleted under us by a bound, which announces it, or by
        // somebody else
      }
      open = current;
    }
    return current.next(seq);
  }

  private long miss(long first, long to, long readings, Read read) throws IOException {
    if (!log.quiet(first, to - 1) && !isForetold(first, to - 1)) {
      read.holes().add(new Hole(first, to - 1, readings));
    }
    return cursor.nextFrom(to);
  }

  private boolean isForetold(long first, long last) throws IOException {
    Announced known = foretold;
    if (known == null) {
      known = Foretold.to(files, shelf, cursor, announcer);
      foretold = known;
    }
    return known.covers(first, last);
  }

  @Override
  public void close() throws IOException {
    SegmentReader closing = open;
    open = null;
    if (closing != null) {
      closing.close();
    }
  }
}
