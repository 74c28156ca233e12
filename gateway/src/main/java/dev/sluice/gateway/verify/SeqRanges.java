package dev.sluice.gateway.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A set of seqs kept as ranges, so that what is contiguous costs nothing. Bounded: when there are
 * too many, the lowest hole closes and its size is kept in {@link #closed}. Not thread-safe.
 */
final class SeqRanges {

  /** From first to last, both in it. */
  record Range(long first, long last) {
    long size() {
      return last - first + 1;
    }

    @Override
    public String toString() {
      return first == last ? Long.toString(first) : first + ".." + last;
    }
  }

  private static final int MAX_RANGES = 1 << 16;

  private final TreeMap<Long, Long> lastByFirst = new TreeMap<>();
  private long closed;

  boolean contains(long seq) {
    Map.Entry<Long, Long> at = lastByFirst.floorEntry(seq);
    return at != null && at.getValue() >= seq;
  }

  void add(long first, long last) {
    long from = first;
    long to = last;
    Map.Entry<Long, Long> below = lastByFirst.floorEntry(first);
    if (below != null && below.getValue() >= first - 1) {
      from = below.getKey();
      to = Math.max(to, below.getValue());
    }
    Map.Entry<Long, Long> next = lastByFirst.ceilingEntry(from);
    while (next != null && next.getKey() - 1 <= to) {
      to = Math.max(to, next.getValue());
      lastByFirst.remove(next.getKey());
      next = lastByFirst.ceilingEntry(from);
    }
    lastByFirst.put(from, to);
    if (lastByFirst.size() > MAX_RANGES) {
      Map.Entry<Long, Long> lowest = lastByFirst.pollFirstEntry();
      Map.Entry<Long, Long> second = lastByFirst.pollFirstEntry();
      closed += second.getKey() - lowest.getValue() - 1;
      lastByFirst.put(lowest.getKey(), second.getValue());
    }
  }

  /** What is not in it from first to last, ascending. */
  List<Range> holes(long first, long last) {
    List<Range> holes = new ArrayList<>();
    long at = first;
    Map.Entry<Long, Long> below = lastByFirst.floorEntry(first);
    if (below != null) {
      at = Math.max(at, below.getValue() + 1);
    }
    for (Map.Entry<Long, Long> range : lastByFirst.tailMap(at, true).entrySet()) {
      if (range.getKey() > last) {
        break;
      }
      if (range.getKey() > at) {
        holes.add(new Range(at, range.getKey() - 1));
      }
      at = Math.max(at, range.getValue() + 1);
    }
    if (at <= last) {
      holes.add(new Range(at, last));
    }
    return holes;
  }

  /** All of it, ascending. */
  List<Range> ranges() {
    return lastByFirst.entrySet().stream()
        .map(range -> new Range(range.getKey(), range.getValue()))
        .toList();
  }

  /** Seqs that count as in it only because there was no room for more ranges. */
  long closed() {
    return closed;
  }
}
