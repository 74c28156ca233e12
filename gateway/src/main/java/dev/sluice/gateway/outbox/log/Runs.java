package dev.sluice.gateway.outbox.log;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A set of seqs kept as ranges. Not thread-safe. */
final class Runs {

  /** From first to last, both in it. */
  record Run(long first, long last) {}

  private final TreeMap<Long, Long> lastByFirst = new TreeMap<>();

  void add(long first, long last) {
    if (last < first) {
      return;
    }
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
  }

  boolean contains(long seq) {
    Map.Entry<Long, Long> below = lastByFirst.floorEntry(seq);
    return below != null && below.getValue() >= seq;
  }

  /** What is not in it from first to last, ascending. */
  List<Run> holes(long first, long last) {
    List<Run> holes = new ArrayList<>();
    long at = first;
    Map.Entry<Long, Long> below = lastByFirst.floorEntry(first);
    if (below != null) {
      at = Math.max(at, below.getValue() + 1);
    }
    for (Map.Entry<Long, Long> run : lastByFirst.tailMap(at, true).entrySet()) {
      if (run.getKey() > last) {
        break;
      }
      if (run.getKey() > at) {
        holes.add(new Run(at, run.getKey() - 1));
      }
      at = Math.max(at, run.getValue() + 1);
    }
    if (at <= last) {
      holes.add(new Run(at, last));
    }
    return holes;
  }
}
