package dev.sluice.gateway.outbox.log;

import java.util.Map;

/**
 * A snapshot of a log and of what it did since it was opened.
 *
 * @param oldest seq of the oldest record on disk; {@code next} when there is none
 * @param next seq of the next durable record
 * @param segments files
 * @param bytes of all segments on disk, of spare files and of those set aside for want of a key
 * @param appended records made durable
 * @param appendedBytes their payload
 * @param writtenBytes to all files, headers and padding included
 * @param forces of files and of the directory
 * @param failures of file operations
 * @param evictedRecords dropped by a bound before every cursor had them
 * @param evictedReadings the readings in them
 * @param announcements records that the log wrote itself
 * @param corruptRecords lost to damage, as far as known
 * @param damagedFiles set aside
 * @param poisonedSegments given up after a failed write or force
 * @param reusedSegments begun in a file that was another one before
 * @param cursorMerges ranges merged because a cursor was full
 * @param lostCursors cursors that start again at the oldest record
 * @param lockedRecords that cannot be read for want of a key, as far as known
 * @param locked segments set aside for want of a key, by the id of the key
 */
public record LogStats(
    long oldest,
    long next,
    int segments,
    long bytes,
    long appended,
    long appendedBytes,
    long writtenBytes,
    long forces,
    long failures,
    long evictedRecords,
    long evictedReadings,
    long announcements,
    long corruptRecords,
    long damagedFiles,
    long poisonedSegments,
    long reusedSegments,
    long cursorMerges,
    long lostCursors,
    long lockedRecords,
    Map<String, Integer> locked) {

  static LogStats of(Shelf shelf, LockedSegments locked, Tally tally, long end) {
    return new LogStats(
        Math.min(shelf.oldest(end), end),
        end,
        shelf.all().size(),
        shelf.bytes() + locked.bytes(),
        tally.appended.sum(),
        tally.appendedBytes.sum(),
        tally.writtenBytes.sum(),
        tally.forces.sum(),
        tally.failures.sum(),
        tally.evictedRecords.sum(),
        tally.evictedReadings.sum(),
        tally.announcements.sum(),
        tally.corruptRecords.sum(),
        tally.damagedFiles.sum(),
        tally.poisonedSegments.sum(),
        tally.reusedSegments.sum(),
        tally.cursorMerges.sum(),
        tally.lostCursors.sum(),
        tally.lockedRecords.sum(),
        locked.byKey());
  }
}
