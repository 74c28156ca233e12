package dev.sluice.gateway.observe;

import dev.sluice.driver.Quality;
import dev.sluice.gateway.batch.IngestStats;
import dev.sluice.gateway.outbox.OutboxStats;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** From the event bus to the disk. */
final class StoreMeters {

  private static final double NANOS = 1e9;

  private StoreMeters() {}

  static void tell(Collection<IngestStats> ingest, @Nullable OutboxStats outbox, Samples to) {
    batches(ingest, to);
    if (outbox != null) {
      amounts(outbox, to);
      damage(outbox, to);
    }
  }

  private static void batches(Collection<IngestStats> all, Samples to) {
    String readings = "Readings admitted, by what became of them.";
    String name = "sluice.batch.readings";
    to.counter(name, "", readings, sum(all, IngestStats::readingsOut), "result", "batched");
    to.counter(name, "", readings, sum(all, IngestStats::unmoved), "result", "unmoved");
    to.counter(name, "", readings, sum(all, IngestStats::tooSoon), "result", "too_soon");
    to.counter(name, "", readings, sum(all, IngestStats::repeated), "result", "repeated");
    words(all, IngestStats::lostReadings)
        .forEach((reason, n) -> to.counter(name, "", readings, n, "result", reason));
    words(all, IngestStats::refusedReadings)
        .forEach(
            (reason, n) ->
                to.counter(
                    "sluice.batch.readings.refused",
                    "",
                    "Readings not admitted, so lost.",
                    n,
                    "reason",
                    reason));
    for (Quality quality : Quality.values()) {
      long n = all.stream().mapToLong(i -> i.doubtful().getOrDefault(quality, 0L)).sum();
      if (n > 0) {
        to.counter(
            "sluice.batch.readings.doubtful",
            "",
            "Readings in records that are not good.",
            n,
            "quality",
            quality.word());
      }
    }
    String records = "Records that became durable.";
    to.counter("sluice.batch.records", "", records, sum(all, IngestStats::records), "kind", "data");
    to.counter(
        "sluice.batch.records", "", records, sum(all, IngestStats::stateRecords), "kind", "state");
    to.counter("sluice.batch.raw", "bytes", "Before compression.", sum(all, IngestStats::rawBytes));
    to.counter(
        "sluice.batch.compressed",
        "bytes",
        "After compression.",
        sum(all, IngestStats::compressedBytes));
    to.gauge(
        "sluice.batch.pending",
        "bytes",
        "Admitted and not yet durable.",
        sum(all, IngestStats::pendingBytes));
    to.gauge(
        "sluice.batch.waiting.blocks",
        "",
        "Polls that wait for room.",
        sum(all, IngestStats::waitingBlocks));
  }

  private static void amounts(OutboxStats outbox, Samples to) {
    to.gauge(
        "sluice.outbox.unsynced",
        "seconds",
        "Age of the oldest reading that a power cut would take.",
        outbox.unsyncedNanos() / NANOS);
    to.gauge("sluice.outbox.records", "", "On disk.", outbox.records());
    to.gauge("sluice.outbox.segments", "", "Files on disk.", outbox.segments());
    to.gauge("sluice.outbox", "bytes", "On disk.", outbox.bytes());
    to.gauge("sluice.outbox.pending.records", "", "Not yet durable.", outbox.pending());
    to.gauge("sluice.outbox.pending", "bytes", "Not yet durable.", outbox.pendingBytes());
    to.gauge("sluice.outbox.oldest.seq", "", "Oldest on disk.", outbox.oldest());
    to.gauge("sluice.outbox.next.seq", "", "The next record will have it.", outbox.next());
    outbox
        .backlog()
        .forEach(
            (uplink, n) ->
                to.gauge(
                    "sluice.outbox.backlog.records",
                    "",
                    "Records that an uplink has not delivered.",
                    n,
                    "uplink",
                    uplink));
    to.counter("sluice.outbox.appended.records", "", "Made durable.", outbox.appended());
    to.counter("sluice.outbox.appended", "bytes", "Made durable.", outbox.appendedBytes());
    to.counter(
        "sluice.outbox.written", "bytes", "To all files, with padding.", outbox.writtenBytes());
    to.counter(
        "sluice.outbox.reused.segments",
        "",
        "Begun in a file that was another one before.",
        outbox.reusedSegments());
    to.counter("sluice.outbox.fsyncs", "", "Of all files.", outbox.fsyncs());
  }

  private static void damage(OutboxStats outbox, Samples to) {
    to.gauge(
        "sluice.outbox.writable",
        "",
        "1 when the last write to disk worked.",
        outbox.writable() ? 1 : 0);
    to.counter("sluice.outbox.refused", "", "Appends refused: too much pending.", outbox.refused());
    to.counter(
        "sluice.outbox.evicted.records",
        "",
        "Dropped by size, age or a full disk before every uplink had them.",
        outbox.evictedRecords());
    to.counter("sluice.outbox.evicted.readings", "", "In them.", outbox.evictedReadings());
    to.counter("sluice.outbox.gaps", "", "Gaps announced upstream.", outbox.gaps());
    to.counter("sluice.outbox.corrupt.records", "", "Lost to damage.", outbox.corruptRecords());
    to.counter("sluice.outbox.damaged.files", "", "Set aside.", outbox.damagedFiles());
    to.counter(
        "sluice.outbox.poisoned.segments",
        "",
        "Given up after a failed write or fsync.",
        outbox.poisonedSegments());
    to.counter("sluice.outbox.failures", "", "Failed disk operations.", outbox.failures());
    to.counter(
        "sluice.outbox.cursor.merges",
        "",
        "Merged for lack of room; cost duplicates.",
        outbox.cursorMerges());
    to.counter("sluice.outbox.lost.cursors", "", "Started again.", outbox.lostCursors());
    String locked = "Set aside for want of the key that they are encrypted with.";
    to.counter("sluice.outbox.locked.records", "", locked, outbox.lockedRecords());
    outbox
        .locked()
        .forEach((key, n) -> to.gauge("sluice.outbox.locked.files", "", locked, n, "key", key));
  }

  private static long sum(Collection<IngestStats> all, ToLongFunction<IngestStats> what) {
    return all.stream().mapToLong(what).sum();
  }

  private static Map<String, Long> words(
      Collection<IngestStats> all, Function<IngestStats, Map<String, Long>> what) {
    var sums = new TreeMap<String, Long>();
    all.forEach(each -> what.apply(each).forEach((word, n) -> sums.merge(word, n, Long::sum)));
    return sums;
  }
}
