package dev.sluice.gateway.uplink;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Which records were on their way when a connection ended, to tell what is sent again from what is
 * sent late. Bounded; the oldest are forgotten first, and then not counted. Not thread-safe.
 */
final class SentBefore {

  private final int most;
  private final Set<Long> seqs = new LinkedHashSet<>();

  SentBefore(int most) {
    this.most = most;
  }

  void add(long lost) {
    seqs.add(lost);
    if (seqs.size() > most) {
      var eldest = seqs.iterator();
      eldest.next();
      eldest.remove();
    }
  }

  boolean has(long seq) {
    return seqs.contains(seq);
  }

  /** It has arrived, or is dealt with otherwise. */
  void done(long seq) {
    seqs.remove(seq);
  }
}
