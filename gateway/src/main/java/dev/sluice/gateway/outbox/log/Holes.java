package dev.sluice.gateway.outbox.log;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Which seqs lie between segments. A segment that a former process wrote counts as long as to where
 * the next one begins, until somebody reads it: it is read here where a number is missing between
 * them, and only there.
 */
final class Holes {

  private static final int ATTEMPTS = 3;

  private final FileOps files;

  Holes(FileOps files) {
    this.files = files;
  }

  /** From one seq to before another, as pairs of first and last. */
  List<long[]> between(Collection<Segment> segments, long from, long to) {
    List<long[]> holes = new ArrayList<>();
    long seq = from;
    Segment before = null;
    for (Segment segment : segments) {
      if (before != null) {
        seq = Math.max(seq, end(before, segment));
      }
      if (seq < Math.min(segment.first(), to)) {
        holes.add(new long[] {seq, Math.min(segment.first(), to) - 1});
      }
      seq = Math.max(seq, segment.first());
      before = segment;
    }
    if (before != null) {
      seq = Math.max(seq, before.end());
    }
    if (seq < to) {
      holes.add(new long[] {seq, to - 1});
    }
    return holes;
  }

  private long end(Segment segment, Segment next) {
    boolean follows = next.header().number() == segment.header().number() + 1;
    if (segment.ours() || follows || segment.end() < next.first()) {
      return segment.end();
    }
    for (int attempt = 1; ; attempt++) {
      try {
        return read(segment);
      } catch (IOException e) { // counted below us
        if (attempt == ATTEMPTS) {
          return segment.end(); // who reads it finds out
        }
      }
    }
  }

  private long read(Segment segment) throws IOException {
    long end = segment.first();
    try (SegmentReader reader = new SegmentReader(files, segment, new Window(), () -> false)) {
      for (CommitHeader commit = reader.nextCommit();
          commit != null;
          commit = reader.nextCommit()) {
        end = Math.min(commit.end(), segment.end());
      }
    }
    return end;
  }
}
