package dev.sluice.gateway.outbox.log;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What goes when a segment goes before everybody had it.
 *
 * @param first lowest seq still needed
 * @param last highest seq still needed
 * @param records still needed
 * @param readings in them, as far as they can be read
 * @param carried payloads of announcements among them
 */
record Toll(long first, long last, long records, long readings, List<byte[]> carried) {

  /** Reads the segment; what cannot be read is counted as far as known. */
  static Toll of(FileOps files, Segment segment, Cursors cursors, int announcementKind) {
    long first = cursors.nextFrom(segment.first());
    long last = first - 1;
    long records = 0;
    long readings = 0;
    List<byte[]> carried = new ArrayList<>();
    long seq = first;
    if (first < segment.end()) {
      try (SegmentReader reader = new SegmentReader(files, segment, new Window(), () -> false)) {
        while (seq < segment.end()) {
          SegmentReader.Item item = reader.next(seq);
          if (item instanceof SegmentReader.Found found) {
            records++;
            readings += found.record().readings();
            last = seq;
            if (found.record().kind() == announcementKind) {
              carried.add(found.record().payload());
            }
            seq = cursors.nextFrom(seq + 1);
          } else if (item instanceof SegmentReader.Lost lost) {
            readings += lost.readings();
            records += lost.to() - seq;
            last = lost.to() - 1;
            seq = cursors.nextFrom(lost.to());
          } else {
            break;
          }
        }
      } catch (IOException e) {
        // Counted below us. The disk does not say what is lost: the range alone is announced.
        return rest(first, seq, segment.end(), records, readings, carried);
      }
    }
    return seq < segment.end()
        ? rest(first, seq, segment.end(), records, readings, carried)
        : new Toll(first, last, records, readings, carried);
  }

  private static Toll rest(
      long first, long from, long end, long records, long readings, List<byte[]> carried) {
    return new Toll(first, end - 1, records + Math.max(0, end - from), readings, carried);
  }

  boolean none() {
    return records == 0;
  }

  Loss loss(Loss.Cause cause) {
    return new Loss(first, last, records, readings, cause);
  }
}
