package dev.sluice.gateway.outbox.log;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/** The counters of a log since it was opened; written by its threads, read by any. */
final class Tally {
  final LongAdder appended = new LongAdder();
  final LongAdder appendedBytes = new LongAdder();
  final LongAdder writtenBytes = new LongAdder();
  final LongAdder forces = new LongAdder();
  final LongAdder failures = new LongAdder();
  final LongAdder evictedRecords = new LongAdder();
  final LongAdder evictedReadings = new LongAdder();
  final LongAdder announcements = new LongAdder();
  final LongAdder corruptRecords = new LongAdder();
  final LongAdder lockedRecords = new LongAdder();
  final LongAdder damagedFiles = new LongAdder();
  final LongAdder poisonedSegments = new LongAdder();
  final LongAdder reusedSegments = new LongAdder();
  final LongAdder cursorMerges = new LongAdder();
  final LongAdder lostCursors = new LongAdder();
  private final Map<Loss.Cause, LongAdder> evictedBy = new ConcurrentHashMap<>();

  void evicted(Loss.Cause cause, Toll toll) {
    evictedRecords.add(toll.records());
    evictedReadings.add(toll.readings());
    evictedBy.computeIfAbsent(cause, unused -> new LongAdder()).add(toll.records());
  }

  Map<String, Long> forcedOut() {
    return evictedBy.entrySet().stream()
        .collect(
            Collectors.toMap(
                entry -> entry.getKey().name().toLowerCase(Locale.ROOT),
                entry -> entry.getValue().sum()));
  }
}
