package dev.sluice.gateway.outbox.log;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which missing seqs were announced in this run, so that a second look at the same damage is quiet.
 * Bounded; the lowest are forgotten first, at the price of a repeated announcement. Thread-safe.
 */
final class Announced {

  private static final int MAX_RANGES = 4096;

  private final TreeMap<Long, Long> lastByFirst = new TreeMap<>();

  synchronized void add(long first, long last) {
    long from = first;
    long to = last;
    Map.Entry<Long, Long> below = lastByFirst.floorEntry(first);
    if (below != null && below.getValue() >= first - 1) {
      from = below.getKey();
    }
    Map.Entry<Long, Long> next = lastByFirst.ceilingEntry(from);
    while (next != null && next.getKey() - 1 <= to) {
      to = Math.max(to, next.getValue());
      lastByFirst.remove(next.getKey());
      next = lastByFirst.ceilingEntry(from);
    }
    lastByFirst.put(from, to);
    if (lastByFirst.size() > MAX_RANGES) {
      lastByFirst.pollFirstEntry();
    }
  }

  /** The parts of a range that were not announced, as pairs of first and last. */
  synchronized List<long[]> notIn(long first, long last) {
    List<long[]> parts = new ArrayList<>();
    long from = first;
    Map.Entry<Long, Long> range = lastByFirst.floorEntry(first);
    if (range == null) {
      range = lastByFirst.higherEntry(first);
    }
    while (range != null && range.getKey() <= last && from <= last) {
      if (from < range.getKey()) {
        parts.add(new long[] {from, range.getKey() - 1});
      }
      from = Math.max(from, range.getValue() + 1);
      range = lastByFirst.higherEntry(range.getKey());
    }
    if (from <= last) {
      parts.add(new long[] {from, last});
    }
    return parts;
  }

  /** The parts of a range that were announced, as pairs of first and last. */
  synchronized List<long[]> in(long first, long last) {
    List<long[]> parts = new ArrayList<>();
    if (last < first) {
      return parts;
    }
    Long from = lastByFirst.floorKey(first);
    lastByFirst
        .tailMap(from == null ? first : from, true)
        .headMap(last, true)
        .forEach(
            (begin, end) -> {
              if (end >= first) {
                parts.add(new long[] {Math.max(begin, first), Math.min(end, last)});
              }
            });
    return parts;
  }

  /** Whether nothing of a range was announced. */
  synchronized boolean isFreeOf(long first, long last) {
    Map.Entry<Long, Long> below = lastByFirst.floorEntry(last);
    return below == null || below.getValue() < first;
  }

  synchronized boolean covers(long first, long last) {
    Map.Entry<Long, Long> below = lastByFirst.floorEntry(first);
    return below != null && below.getValue() >= last;
  }
}
