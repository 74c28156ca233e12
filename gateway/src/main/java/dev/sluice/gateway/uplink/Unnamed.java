package dev.sluice.gateway.uplink;

import java.util.Map;
import java.util.TreeMap;

/**
 * Records that are done with although not all of them was sent, and whose gap is on its way: what a
 * consumer is told as {@code low} must not pass them before, or it would take them for lost. Known
 * to this process only: after a restart {@code low} may pass one a while before its gap comes.
 * Bounded; not thread-safe.
 */
final class Unnamed {

  static final int MOST = 4_096;

  /** Seq of the gap that names it, by seq of the record. */
  private final TreeMap<Long, Long> gaps = new TreeMap<>();

  /** A record is done with. */
  void add(long seq, long gap) {
    gaps.merge(seq, gap, Math::max);
    if (gaps.size() > MOST) {
      Map.Entry<Long, Long> last = gaps.pollLastEntry();
      gaps.merge(gaps.lastKey(), last.getValue(), Math::max); // waits for both
    }
  }

  /**
   * What a consumer may be told.
   *
   * @param acknowledged all below was
   */
  long low(long acknowledged) {
    while (!gaps.isEmpty() && gaps.firstEntry().getValue() < acknowledged) {
      gaps.pollFirstEntry();
    }
    return gaps.isEmpty() ? acknowledged : Math.min(acknowledged, gaps.firstKey());
  }
}
