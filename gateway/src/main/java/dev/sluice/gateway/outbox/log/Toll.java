package dev.sluice.gateway.outbox.log;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What goes when a segment goes before somebody had it.
 *
 * @param first lowest seq still needed
 * @param last highest seq still needed
 * @param records still needed
 * @param readings in them, as far as they can be read
 * @param carried payloads of announcements among them
 */
record Toll(long first, long last, long records, long readings, List<byte[]> carried) {

  private static final int ATTEMPTS = 3;

  /**
   * Reads the segment; what cannot be read is counted as far as known.
   *
   * @param needs what is still needed
   */
  static Toll of(FileOps files, Segment segment, Needs needs, int announcementKind) {
    Count count = new Count(segment, needs, announcementKind);
    for (int attempt = 1; ; attempt++) {
      try {
        return count.from(files);
      } catch (IOException e) { // counted below us
        if (attempt == ATTEMPTS) {
          return count.unread();
        }
      }
    }
  }

  boolean none() {
    return records == 0;
  }

  Loss loss(String uplink, Loss.Cause cause) {
    return new Loss(uplink, first, last, records, readings, cause);
  }

  /** One walk over the segment. */
  private static final class Count {

    private final Segment segment;
    private final Needs needs;
    private final int announcementKind;
    private final long first;

    private long seq;
    private long last;
    private long records;
    private long readings;
    private boolean damaged;
    private List<byte[]> carried = new ArrayList<>();

    Count(Segment segment, Needs needs, int announcementKind) {
      this.segment = segment;
      this.needs = needs;
      this.announcementKind = announcementKind;
      this.first = needs.nextFrom(segment.first());
    }

    Toll from(FileOps files) throws IOException {
      seq = first;
      last = first - 1;
      records = 0;
      readings = 0;
      damaged = false;
      carried = new ArrayList<>();
      if (first < segment.end()) {
        try (SegmentReader reader = new SegmentReader(files, segment, new Window(), () -> false)) {
          while (seq < segment.end()) {
            if (!takeWhole(reader)) {
              take(reader.next(seq));
            }
          }
        }
      }
      return toll();
    }

    /** A commit of which all is needed and that announces nothing is counted by its header. */
    private boolean takeWhole(SegmentReader reader) throws IOException {
      CommitHeader commit = reader.commitFrom(seq);
      if (commit == null || commit.announces() || commit.end() > segment.end()) {
        return false;
      }
      if (needs.rangeEnd(commit.firstSeq()) < commit.end()) {
        return false;
      }
      reader.pass(commit);
      readings += commit.readings();
      passTo(commit.end());
      return true;
    }

    private void take(SegmentReader.Item item) {
      if (item instanceof SegmentReader.Found found) {
        readings += found.record().readings();
        if (found.record().kind() == announcementKind) {
          carried.add(found.record().payload());
        }
        passTo(seq + 1);
      } else if (item instanceof SegmentReader.Lost lost) {
        damaged = true;
        readings += lost.readings();
        passTo(lost.to());
      } else {
        damaged = true;
        passTo(segment.end());
      }
    }

    private void passTo(long to) {
      records += to - seq;
      last = to - 1;
      seq = needs.nextFrom(to);
    }

    /** The disk does not say what is lost: the range alone is known. */
    Toll unread() {
      damaged = true;
      if (seq < segment.end()) {
        passTo(segment.end());
      }
      return toll();
    }

    private Toll toll() {
      // Announcements may hide where nothing can be read: what they named is named again.
      long from = damaged ? Math.min(first, needs.nextFrom(1)) : first;
      return new Toll(from, last, records, readings, carried);
    }
  }
}
