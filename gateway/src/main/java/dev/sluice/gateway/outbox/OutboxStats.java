package dev.sluice.gateway.outbox;

import dev.sluice.gateway.outbox.log.Log;
import dev.sluice.gateway.outbox.log.LogStats;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the outbox holds and what it did since it was opened; a snapshot.
 *
 * @param oldest seq of the oldest record on disk; {@code next} when there is none
 * @param next seq that the next durable record will have
 * @param records on disk, acknowledged ones of live segments included
 * @param segments files on disk
 * @param bytes of all segments on disk, of spare files and of those set aside for want of a key
 * @param backlog records not yet acknowledged, by uplink
 * @param pending records accepted and not yet durable
 * @param pendingBytes their payload, bytes
 * @param unsyncedNanos age of the oldest of them, ns; 0 when there is none
 * @param writable whether the last commit to disk succeeded; false for one in memory
 * @param appended records made durable
 * @param appendedBytes their payload, bytes
 * @param writtenBytes to all files, headers and padding included: what the flash has to take,
 *     before the file system adds its own
 * @param fsyncs of segments, cursors and the directory
 * @param refused appends that failed because too much was pending
 * @param evictedRecords records dropped by size, age or a full disk before every uplink had them
 * @param evictedReadings the readings in them
 * @param gaps gap records written by the outbox itself
 * @param corruptRecords records lost to damage, as far as known
 * @param damagedFiles files set aside
 * @param poisonedSegments segments given up after a failed write or fsync
 * @param reusedSegments segments begun in a file that was another one before
 * @param failures failed disk operations
 * @param cursorMerges ranges that a full cursor had to merge
 * @param lostCursors cursors that could not be read and start again at the first record
 * @param lockedRecords records that cannot be read for want of a key, as far as known
 * @param locked files set aside for want of a key, by the id of the key
 */
public record OutboxStats(
    long oldest,
    long next,
    long records,
    int segments,
    long bytes,
    Map<String, Long> backlog,
    int pending,
    long pendingBytes,
    long unsyncedNanos,
    boolean writable,
    long appended,
    long appendedBytes,
    long writtenBytes,
    long fsyncs,
    long refused,
    long evictedRecords,
    long evictedReadings,
    long gaps,
    long corruptRecords,
    long damagedFiles,
    long poisonedSegments,
    long reusedSegments,
    long failures,
    long cursorMerges,
    long lostCursors,
    long lockedRecords,
    Map<String, Integer> locked) {

  public OutboxStats {
    backlog = Map.copyOf(backlog);
    locked = Map.copyOf(locked);
  }

  static OutboxStats of(Log log, CommitQueue.Depth depth, boolean durable) {
    LogStats disk = log.stats();
    return new OutboxStats(
        disk.oldest(),
        disk.next(),
        disk.next() - disk.oldest(),
        disk.segments(),
        disk.bytes(),
        log.backlog(),
        depth.records(),
        depth.bytes(),
        depth.oldestNanos(),
        durable && log.working(),
        disk.appended(),
        disk.appendedBytes(),
        durable ? disk.writtenBytes() : 0,
        durable ? disk.forces() : 0,
        depth.refused(),
        disk.evictedRecords(),
        disk.evictedReadings(),
        disk.announcements(),
        disk.corruptRecords(),
        disk.damagedFiles(),
        disk.poisonedSegments(),
        disk.reusedSegments(),
        disk.failures(),
        disk.cursorMerges(),
        disk.lostCursors(),
        disk.lockedRecords(),
        disk.locked());
  }

  /** With the counters of another one, too; what is there now is that of this one. */
  OutboxStats plus(@Nullable OutboxStats other) {
    return other == null
        ? this
        : new OutboxStats(
            oldest,
            next,
            records,
            segments,
            bytes,
            backlog,
            pending,
            pendingBytes,
            unsyncedNanos,
            writable,
            appended + other.appended,
            appendedBytes + other.appendedBytes,
            writtenBytes + other.writtenBytes,
            fsyncs + other.fsyncs,
            refused + other.refused,
            evictedRecords + other.evictedRecords,
            evictedReadings + other.evictedReadings,
            gaps + other.gaps,
            corruptRecords + other.corruptRecords,
            damagedFiles + other.damagedFiles,
            poisonedSegments + other.poisonedSegments,
            reusedSegments + other.reusedSegments,
            failures + other.failures,
            cursorMerges + other.cursorMerges,
            lostCursors + other.lostCursors,
            lockedRecords,
            locked);
  }
}
