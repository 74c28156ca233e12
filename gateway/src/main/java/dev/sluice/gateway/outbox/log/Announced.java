package dev.sluice.gateway.outbox.log;

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

  synchronized boolean covers(long first, long last) {
    Map.Entry<Long, Long> below = lastByFirst.floorEntry(first);
    return below != null && below.getValue() >= last;
  }
}
