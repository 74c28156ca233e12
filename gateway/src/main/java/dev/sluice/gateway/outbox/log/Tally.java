package dev.sluice.gateway.outbox.log;

import java.util.concurrent.atomic.LongAdder;

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
}
