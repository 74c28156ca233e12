package dev.sluice.e2e;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a consumer can prove from what it received: which records and which of a device's polls are
 * missing. Written apart from every other code of ours, so that one mistake does not hide another.
 * Thread-safe.
 */
final class Ledger {

  /** The point that every counting device has. */
  static final String COUNTER = "counter";

  /**
   * Consecutive polls of a device that never arrived.
   *
   * @param before acquisition time of the reading before them, epoch milliseconds
   * @param after acquisition time of the reading after them
   */
  record Missing(String device, long first, long count, long before, long after) {}

  private static final class Stream {
    final Map<String, BitSet> parts = new HashMap<>();
    final BitSet complete = new BitSet();
    final BitSet announced = new BitSet();
    long highest;
  }

  private final Map<String, Stream> streams = new TreeMap<>();
  private final Map<String, NavigableMap<Long, Long>> counters = new TreeMap<>();
  private final Map<String, Map<String, Object>> latest = new HashMap<>();
  private final Set<String> history = new HashSet<>();
  private final List<String> violations = new ArrayList<>();
  private final List<JsonObject> statuses = new ArrayList<>();
  private long messages;
  private long duplicates;
  private long readings;

  synchronized void add(Message message) {
    if (!message.isRecord()) {
      statuses.add(message.json());
      return;
    }
    messages++;
    Stream stream = streams.computeIfAbsent(message.stream(), key -> new Stream());
    int seq = Math.toIntExact(message.seq());
    stream.highest = Math.max(stream.highest, seq);
    // Sent again, a record may come in other parts.
    String numbering = message.seq() + "/" + message.part().of();
    BitSet parts = stream.parts.computeIfAbsent(numbering, key -> new BitSet());
    if (parts.get(message.part().number())) {
      duplicates++;
    }
    parts.set(message.part().number());
    if (parts.cardinality() == message.part().of()) {
      stream.complete.set(seq);
    }
    JsonObject gap = message.json().getJsonObject("gap");
    if (gap != null) {
      stream.announced.set(
          Math.toIntExact(gap.getLong("first")), Math.toIntExact(gap.getLong("last")) + 1);
    }
    if (message.isHistory()) {
      history.add(message.stream() + "/" + seq);
    }
    checkLow(message, stream);
    message.rows(this::row);
  }

  /** All below {@code low} were acknowledged, so this consumer must have them already. */
  private void checkLow(Message message, Stream stream) {
    for (long missing : missing(stream, message.low())) {
      String text =
          "seq " + missing + " of " + message.stream() + " is missing, yet a message says low is ";
      violations.add(text + message.low());
    }
  }

  private void row(
      String device, long time, Map<String, Object> values, Map<String, Object> qualities) {
    readings += values.size() + qualities.size();
    Map<String, Object> known = latest.computeIfAbsent(device, key -> new HashMap<>());
    known.putAll(values);
    qualities.forEach((point, quality) -> known.put(point, "quality " + quality));
    Object counter = values.get(COUNTER);
    if (counter != null) {
      counters
          .computeIfAbsent(device, key -> new TreeMap<>())
          .putIfAbsent(((Number) counter).longValue(), time);
    }
  }

  /** Sequence numbers below the end of each stream that were neither received nor announced. */
  synchronized List<String> missingRecords() {
    var missing = new ArrayList<String>();
    streams.forEach(
        (id, stream) ->
            missing(stream, stream.highest + 1).forEach(seq -> missing.add(id + "/" + seq)));
    return missing;
  }

  private static List<Long> missing(Stream stream, long end) {
    var missing = new ArrayList<Long>();
    for (int seq = stream.complete.nextClearBit(1);
        seq < end;
        seq = stream.complete.nextClearBit(seq + 1)) {
      if (!stream.announced.get(seq)) {
        missing.add((long) seq);
      }
    }
    return missing;
  }

  /** Polls that a device answered and whose readings never arrived, before its last that did. */
  synchronized List<Missing> missingPolls() {
    var missing = new ArrayList<Missing>();
    counters.forEach(
        (device, times) -> {
          long last = times.firstKey();
          for (long counter : times.navigableKeySet()) {
            if (counter > last + 1) {
              missing.add(
                  new Missing(
                      device, last + 1, counter - last - 1, times.get(last), times.get(counter)));
            }
            last = counter;
          }
        });
    return missing;
  }

  /** How many they are. */
  synchronized long countMissingPolls() {
    return missingPolls().stream().mapToLong(Missing::count).sum();
  }

  /** First and last counter that arrived, per device. */
  synchronized Map<String, long[]> counterRange() {
    var range = new TreeMap<String, long[]>();
    counters.forEach(
        (device, times) -> range.put(device, new long[] {times.firstKey(), times.lastKey()}));
    return range;
  }

  synchronized boolean hasCounter(String device, long counter) {
    NavigableMap<Long, Long> times = counters.get(device);
    return times != null && times.containsKey(counter);
  }

  /** Whether this counter or a later one arrived: any single poll may be one that nobody heard. */
  synchronized boolean isBeyond(String device, long counter) {
    NavigableMap<Long, Long> times = counters.get(device);
    return times != null && times.lastKey() >= counter;
  }

  /** How many polls there are in {@link #missingPolls()}. */
  synchronized long unheard() {
    return missingPolls().stream().mapToLong(Missing::count).sum();
  }

  /** The last value of each point of a device; a bad one is {@code "quality WORD"}. */
  synchronized Map<String, Object> latest(String device) {
    return Map.copyOf(latest.getOrDefault(device, Map.of()));
  }

  /** What was wrong at the moment it came; empty when every promise about {@code low} held. */
  synchronized List<String> violations() {
    return List.copyOf(violations);
  }

  synchronized List<JsonObject> statuses() {
    return List.copyOf(statuses);
  }

  synchronized int streamCount() {
    return streams.size();
  }

  synchronized long records() {
    return streams.values().stream().mapToLong(stream -> stream.complete.cardinality()).sum();
  }

  synchronized long historyRecords() {
    return history.size();
  }

  synchronized long messages() {
    return messages;
  }

  synchronized long duplicates() {
    return duplicates;
  }

  synchronized long readings() {
    return readings;
  }
}
