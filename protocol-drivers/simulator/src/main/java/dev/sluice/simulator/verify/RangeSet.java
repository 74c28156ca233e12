package dev.sluice.simulator.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A set of whole numbers kept as ranges, so that what is contiguous costs nothing. Not thread-safe.
 *
 * <p>Bounded: when there are too many ranges, the lowest hole is closed and its size is kept in
 * {@link #closed()}.
 */
final class RangeSet {

  /** First and last number of a range, both in it. */
  record Range(long first, long last) {
    long size() {
      return last - first + 1;
    }

    @Override
    public String toString() {
      return first == last ? Long.toString(first) : first + ".." + last;
    }
  }

  private final TreeMap<Long, Long> ranges = new TreeMap<>();
  private final int maxRanges;
  private long size;
  private long closed;

  RangeSet(int maxRanges) {
    this.maxRanges = maxRanges;
  }

  /** Whether it was not in the set before. */
  boolean add(long value) {
    if (contains(value)) {
      return false;
    }
    add(value, value);
    return true;
  }

  void add(long first, long last) {
    if (last < first) {
      return;
    }
    long from = first;
    long to = last;
    Map.Entry<Long, Long> before = ranges.floorEntry(first);
    if (before != null && before.getValue() >= first - 1) {
      from = before.getKey();
      to = Math.max(to, before.getValue());
    }
    for (var next = ranges.ceilingEntry(from);
        next != null && next.getKey() <= to + 1;
        next = ranges.ceilingEntry(from)) {
      to = Math.max(to, next.getValue());
      size -= next.getValue() - next.getKey() + 1;
      ranges.remove(next.getKey());
    }
    ranges.put(from, to);
    size += to - from + 1;
    if (ranges.size() > maxRanges) {
      closeLowestHole();
    }
  }

  private void closeLowestHole() {
    Map.Entry<Long, Long> lowest = ranges.firstEntry();
    Long next = ranges.higherKey(lowest.getKey());
    if (next != null) {
      long hole = next - lowest.getValue() - 1;
      closed += hole;
      add(lowest.getValue() + 1, next - 1);
    }
  }

  boolean contains(long value) {
    Map.Entry<Long, Long> at = ranges.floorEntry(value);
    return at != null && at.getValue() >= value;
  }

  /** Whether any number from {@code first} to {@code last} is in the set. */
  boolean intersects(long first, long last) {
    Map.Entry<Long, Long> at = ranges.floorEntry(last);
    return first <= last && at != null && at.getValue() >= first;
  }

  /** What is not in the set from {@code first} to {@code last}, ascending. */
  List<Range> holes(long first, long last) {
    List<Range> holes = new ArrayList<>();
    long at = first;
    Map.Entry<Long, Long> covering = ranges.floorEntry(first);
    if (covering != null && covering.getValue() >= first) {
      at = covering.getValue() + 1;
    }
    for (Map.Entry<Long, Long> range : ranges.tailMap(at, true).entrySet()) {
      if (range.getKey() > last) {
        break;
      }
      if (range.getKey() > at) {
        holes.add(new Range(at, range.getKey() - 1));
      }
      at = range.getValue() + 1;
    }
    if (at <= last) {
      holes.add(new Range(at, last));
    }
    return holes;
  }

  /** How many numbers are in it, holes that were closed included. */
  long size() {
    return size;
  }

  /** How many numbers count as in the set only because there was no room for more ranges. */
  long closed() {
    return closed;
  }
}
