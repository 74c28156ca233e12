package dev.sluice.gateway.uplink;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Records of which messages are in flight or about to be, in the order of sending. */
final class InFlight {

  private static final long NONE = -1;

  private final Map<Long, Pending> records = new LinkedHashMap<>();

  boolean isEmpty() {
    return records.isEmpty();
  }

  boolean has(long seq) {
    return records.containsKey(seq);
  }

  @Nullable Pending get(long seq) {
    return records.get(seq);
  }

  void add(long seq, Pending pending) {
    records.put(seq, pending);
  }

  void remove(long seq) {
    records.remove(seq);
  }

  /** Of all; there must be one. */
  long oldest() {
    return records.keySet().iterator().next();
  }

  /** Of those of which the broker may have heard; -1 for none. */
  long oldestSent() {
    for (Map.Entry<Long, Pending> one : records.entrySet()) {
      if (one.getValue().begun) {
        return one.getKey();
      }
    }
    return NONE;
  }

  /** Where the first of its messages goes that is not acknowledged; empty for none. */
  String topicOfOldestSent() {
    Pending oldest = records.get(oldestSent());
    return oldest == null ? "" : oldest.topic();
  }

  /** The lowest seq; the largest number there is when there is none. */
  long lowest() {
    return records.keySet().stream().mapToLong(seq -> seq).min().orElse(Long.MAX_VALUE);
  }

  /** All of it is lost; what was sent is noted. */
  void lost(SentBefore before) {
    records.forEach(
        (seq, pending) -> {
          if (pending.begun) {
            before.add(seq);
          }
        });
    records.clear();
  }

  void clear() {
    records.clear();
  }
}
