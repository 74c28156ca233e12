package dev.sluice.simulator.verify;

import dev.sluice.simulator.verify.RangeSet.Range;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What came of one stream. Not thread-safe. */
final class StreamTrack {

  private static final int MAX_RANGES = 65_536;

  /** Seqs of which some parts came; far more than any gateway has in flight. */
  private static final int MAX_PARTIAL = 4096;

  private record Parts(int total, BitSet seen) {}

  private final long base;
  private final RangeSet received = new RangeSet(MAX_RANGES);
  private final RangeSet named = new RangeSet(MAX_RANGES);
  private final RangeSet accounted = new RangeSet(MAX_RANGES);
  private final Map<Long, Parts> partial = new LinkedHashMap<>();
  private long low;
  private long highest;

  /**
   * Begins a stream.
   *
   * @param base the first seq that is expected to come
   */
  StreamTrack(long base) {
    this.base = base;
    this.low = base;
    this.highest = base - 1;
  }

  /** Takes what a message says beside its readings; whether its part is new. */
  boolean accept(WireMessage message) {
    low = Math.max(low, message.low());
    WireMessage.Gap gap = message.gap();
    if (gap != null) {
      named.add(gap.first(), gap.last());
      accounted.add(gap.first(), gap.last());
    }
    return message.seq() == 0 || part(message);
  }

  private boolean part(WireMessage message) {
    long seq = message.seq();
    highest = Math.max(highest, seq);
    if (received.contains(seq)) {
      return false;
    }
    if (message.parts() > 1) {
      Parts parts = partial.get(seq);
      if (parts == null || parts.total != message.parts()) {
        // Sent again after a restart with other bounds, a record can be split differently.
        parts = new Parts(message.parts(), new BitSet());
        partial.put(seq, parts);
      }
      if (parts.seen.get(message.part())) {
        return false;
      }
      parts.seen.set(message.part());
      if (parts.seen.cardinality() < parts.total) {
        forgetOldest();
        return true;
      }
    }
    partial.remove(seq);
    received.add(seq);
    accounted.add(seq);
    return true;
  }

  private void forgetOldest() {
    if (partial.size() > MAX_PARTIAL) {
      partial.remove(partial.keySet().iterator().next());
    }
  }

  /** How many records are known to exist. */
  long published() {
    return Math.max(highest, low - 1) - base + 1;
  }

  /** How many records came whole. */
  long acknowledged() {
    return received.size() - received.closed();
  }

  /** Seqs that the gateway counts as delivered and that neither came nor are named in a gap. */
  List<Range> missing() {
    return accounted.holes(base, low - 1);
  }

  long missingCount() {
    return accounted.closed() + missing().stream().mapToLong(Range::size).sum();
  }

  /** Whether something between two seqs, both included, was announced as lost. */
  boolean namedBetween(long first, long last) {
    return named.intersects(first, last);
  }
}
