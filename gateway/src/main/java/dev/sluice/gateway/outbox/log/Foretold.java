package dev.sluice.gateway.outbox.log;

import java.io.IOException;
import java.nio.file.NoSuchFileException;

/**
 * What is missing and is named to an uplink further on in the log, by an announcement that it has
 * not acknowledged: a former process found it out, and to say so again would count it twice.
 */
final class Foretold {

  private final FileOps files;
  private final Cursor cursor;
  private final Announcer announcer;
  private final Announced named = new Announced();

  private Foretold(FileOps files, Cursor cursor, Announcer announcer) {
    this.files = files;
    this.cursor = cursor;
    this.announcer = announcer;
  }

  /**
   * Reads the announcements that it has left; other commits are passed by their headers.
   *
   * @throws IOException when the disk does not read
   */
  static Announced to(FileOps files, Shelf shelf, Cursor cursor, Announcer announcer)
      throws IOException {
    var foretold = new Foretold(files, cursor, announcer);
    long seq = cursor.low();
    for (Segment segment : shelf.all()) {
      if (segment.end() > seq) {
        foretold.read(segment, Math.max(seq, segment.first()));
      }
    }
    return foretold.named;
  }

  private void read(Segment segment, long from) throws IOException {
    long seq = from;
    try (SegmentReader reader = new SegmentReader(files, segment, new Window(), () -> true)) {
      while (seq < segment.end()) {
        seq = step(reader, segment, seq);
      }
    } catch (NoSuchFileException e) {
      return; // forced out since we looked, and what it named is named anew
    }
  }

  /** The reader gives a place up by itself when it could not be read a few times. */
  private long step(SegmentReader reader, Segment segment, long seq) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        CommitHeader commit = reader.commitFrom(seq);
        if (commit != null && !commit.announces()) {
          reader.pass(commit);
          return commit.end();
        }
        return take(reader.next(seq), segment);
      } catch (IOException e) { // counted below us
        if (attempt > 2 * SegmentReader.ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private long take(SegmentReader.Item item, Segment segment) {
    if (item instanceof SegmentReader.Found found) {
      StoredRecord record = found.record();
      if (record.kind() == announcer.kind() && cursor.nextFrom(record.seq()) == record.seq()) {
        long[] range = announcer.settles(record.payload(), cursor.uplink());
        if (range.length > 0) {
          named.add(range[0], range[1]);
        }
      }
      return record.seq() + 1;
    }
    return item instanceof SegmentReader.Lost lost ? lost.to() : segment.end();
  }
}
