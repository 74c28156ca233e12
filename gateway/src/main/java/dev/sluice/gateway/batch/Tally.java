package dev.sluice.gateway.batch;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/** A counter per constant of an enum. Thread-safe: all counters are there from the start. */
final class Tally<E extends Enum<E>> {

  private final EnumMap<E, LongAdder> counters;

  Tally(Class<E> type) {
    counters = new EnumMap<>(type);
    for (E each : type.getEnumConstants()) {
      counters.put(each, new LongAdder());
    }
  }

  void add(E which, long count) {
    LongAdder counter = counters.get(which);
    if (counter == null) {
      throw new IllegalStateException("BUG: no counter of " + which);
    }
    counter.add(count);
  }

  /** Those that are not zero, immutable. */
  <K extends Comparable<K>> Map<K, Long> snapshot(Function<E, K> key) {
    var counts = new TreeMap<K, Long>();
    counters.forEach(
        (each, counter) -> {
          long count = counter.sum();
          if (count != 0) {
            counts.put(key.apply(each), count);
          }
        });
    return Map.copyOf(counts);
  }
}
