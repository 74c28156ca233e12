package dev.sluice.gateway.outbox.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads all of one segment; knows damage from a file that changes while it is read. */
final class SegmentWalk {

  /** What is told while it goes on, and whether it shall. */
  interface Found {
    boolean record(StoredRecord record, long wallMillis, long place) throws IOException;
  }

  private final FileOps files;
  private final Window window = new Window();

  SegmentWalk(FileOps files) {
    this.files = files;
  }

  /**
   * Reads records from {@code from} to {@code to}, both included.
   *
   * @return what is damaged on the way; nothing when the file has become another one meanwhile
   */
  List<Damage> over(Segment segment, long from, long to, Found found) throws IOException {
    List<Damage> damage = new ArrayList<>();
    try (SegmentReader reader = new SegmentReader(files, segment, window, () -> true)) {
      long seq = Math.max(from, segment.first());
      while (seq <= to && seq < segment.end()) {
        long place = reader.place();
        SegmentReader.Item item = next(reader, seq);
        if (item instanceof SegmentReader.Found one) {
          if (!found.record(one.record(), reader.wallMillis(), reader.place())) {
            break;
          }
          seq = one.record().seq() + 1;
        } else if (item instanceof SegmentReader.Lost lost) {
          long last = Math.min(lost.to(), segment.end()) - 1;
          long bytes = Math.max(0, reader.place() - place);
          damage.add(of(Damage.Kind.RECORDS, segment, place, bytes, seq, last, lost.readings()));
          seq = last + 1;
        } else {
          long bytes = segment.bytes() - place;
          damage.add(of(Damage.Kind.MISSING, segment, place, bytes, seq, segment.end() - 1, 0));
          seq = segment.end();
        }
      }
    } catch (NoSuchFileException e) {
      return List.of(); // acknowledged or forced out since we looked
    }
    return damage.isEmpty() || isStill(segment) ? damage : List.of();
  }

  private static Damage of(
      Damage.Kind kind,
      Segment segment,
      long place,
      long bytes,
      long first,
      long last,
      long readings) {
    return new Damage(kind, segment.path(), place, bytes, first, last, readings);
  }

  /** The reader gives a place up by itself when it could not be read a few times. */
  private static SegmentReader.Item next(SegmentReader reader, long seq) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        return reader.next(seq);
      } catch (IOException e) {
        if (attempt > 2 * SegmentReader.ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /** Whether the file is what it was: one that is done with is written over under another name. */
  boolean isStill(Segment segment) {
    ByteBuffer page = ByteBuffer.allocate(SegmentHeader.PAGE);
    Path path = segment.path();
    try (OpenFile file = files.open(path, false)) {
      int read = file.read(page, 0);
      SegmentHeader header =
          read == 0 ? null : SegmentHeader.decode(page.flip(), path, new Checksum());
      return header == null || header.epoch() == segment.header().epoch();
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      return true; // it is there and cannot be read, which is damage
    }
  }
}
