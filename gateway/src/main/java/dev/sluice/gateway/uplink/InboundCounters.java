package dev.sluice.gateway.uplink;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what came down; written on the context of the uplink, read from anywhere. */
final class InboundCounters {

  /** What became of a message. */
  enum Result {
    TAKEN,
    OVERSIZE,
    FLOOD,
    MALFORMED,
    UNKNOWN_TOPIC;

    /** For metrics and logs. */
    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Map<Result, AtomicLong> counts = new EnumMap<>(Result.class);

  InboundCounters() {
    for (Result result : Result.values()) {
      counts.put(result, new AtomicLong());
    }
  }

  void add(Result result) {
    count(result).incrementAndGet();
  }

  long get(Result result) {
    return count(result).get();
  }

  private AtomicLong count(Result result) {
    AtomicLong count = counts.get(result);
    if (count == null) {
      throw new IllegalStateException("BUG: nobody counts " + result);
    }
    return count;
  }

  Map<String, Long> values() {
    var values = new TreeMap<String, Long>();
    counts.forEach((result, count) -> values.put(result.word(), count.get()));
    return values;
  }
}
