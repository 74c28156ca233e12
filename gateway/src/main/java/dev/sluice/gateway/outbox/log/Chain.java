package dev.sluice.gateway.outbox.log;

import dev.sluice.gateway.outbox.log.Inventory.Candidate;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The segments of a directory that belong together, those without their key among them.
 *
 * @param stream theirs
 * @param segments in order; each ends where the next begins
 * @param others whole by themselves, but of another life, a copy, or superseded as a whole
 * @param left set aside for want of a key, and such that nobody waits for
 */
record Chain(StreamId stream, Deque<Segment> segments, List<Path> others, List<Candidate> left) {

  /** Those with a header that are not set aside; when there are none, those that are. */
  static List<Candidate> candidates(Inventory inventory) {
    return inventory.segments().isEmpty()
        ? inventory.locked().stream().filter(file -> file.header() != null).toList()
        : inventory.segments();
  }

  /**
   * Of an inventory that has candidates.
   *
   * @param cursors who may wait for what was set aside
   */
  static Chain of(Inventory inventory, Keys keys, Collection<CursorFile.Loaded> cursors) {
    StreamId stream = stream(candidates(inventory));
    Deque<Segment> chain = new ArrayDeque<>();
    List<Path> others = new ArrayList<>();
    List<Candidate> left = new ArrayList<>();
    long limit = Long.MAX_VALUE;
    for (Candidate candidate : newestFirst(inventory, left)) {
      SegmentHeader header = candidate.knownHeader();
      boolean aside = LockedFound.aside(candidate.path());
      if (!header.stream().equals(stream) || header.firstSeq() >= limit) {
        if (aside) {
          left.add(candidate);
        } else {
          others.add(candidate.path());
        }
        continue;
      }
      if (aside && keys.fit(header) && !wanted(stream, cursors, header.firstSeq(), limit)) {
        left.add(candidate);
      } else {
        chain.addFirst(new Segment(candidate.path(), header, keys, candidate.size(), limit, 0));
      }
      limit = header.firstSeq();
    }
    return new Chain(stream, chain, others, left);
  }

  /** The stream of most segments; foreign files are damage. Of as many, the one that came last. */
  private static StreamId stream(List<Candidate> segments) {
    Map<StreamId, Integer> counts = new HashMap<>();
    Map<StreamId, Long> newest = new HashMap<>();
    for (Candidate candidate : segments) {
      SegmentHeader header = candidate.knownHeader();
      counts.merge(header.stream(), 1, Integer::sum);
      newest.merge(header.stream(), header.number(), Math::max);
    }
    Comparator<StreamId> order = Comparator.comparing(id -> counts.getOrDefault(id, 0));
    return counts.keySet().stream()
        .max(order.thenComparing(id -> newest.getOrDefault(id, 0L)))
        .orElseThrow(() -> new IllegalStateException("BUG: no stream among the segments"));
  }

  /** Also those set aside, unless nothing is known of them or their place is taken. */
  private static List<Candidate> newestFirst(Inventory inventory, List<Candidate> left) {
    List<Candidate> newestFirst = new ArrayList<>(inventory.segments());
    for (Candidate candidate : inventory.locked()) {
      if (candidate.header() != null && !named(inventory, LockedFound.before(candidate.path()))) {
        newestFirst.add(candidate);
      } else {
        left.add(candidate);
      }
    }
    newestFirst.sort(
        Comparator.comparing((Candidate candidate) -> candidate.knownHeader().number())
            .thenComparing(candidate -> !LockedFound.aside(candidate.path()))
            .thenComparing(candidate -> candidate.path().getFileName().toString())
            .reversed());
    return newestFirst;
  }

  /** Whether there is such a segment file. */
  private static boolean named(Inventory inventory, Path path) {
    return inventory.blank().contains(path)
        || inventory.all().stream().anyMatch(candidate -> candidate.path().equals(path));
  }

  /** Whether a cursor still wants something from {@code first} to before {@code end}. */
  private static boolean wanted(
      StreamId stream, Collection<CursorFile.Loaded> cursors, long first, long end) {
    boolean wanted = cursors.isEmpty();
    for (CursorFile.Loaded cursor : cursors) {
      CursorState state = cursor.state();
      wanted |=
          state == null
              || !state.stream().equals(stream)
              || new AckSet(state.open(), state.ranges()).nextFrom(first) < end;
    }
    return wanted;
  }
}
