package dev.sluice.gateway.observe;

import dev.sluice.gateway.outbox.FlashStats;
import dev.sluice.gateway.outbox.StorageStats;
import org.jspecify.annotations.Nullable;

/** Where records are kept, and what memory mode costs. */
final class StorageMeters {

  private static final double NANOS = 1e9;

  private StorageMeters() {}

  static void tell(@Nullable StorageStats storage, Samples to) {
    if (storage == null) {
      return;
    }
    String mode = "1 for where records are kept: on disk or in memory.";
    to.gauge("sluice.outbox.mode", "", mode, storage.durable() ? 1 : 0, "mode", "durable");
    to.gauge("sluice.outbox.mode", "", mode, storage.durable() ? 0 : 1, "mode", "volatile");
    to.counter(
        "sluice.outbox.memory.entered", "", "Times that it went to memory.", storage.entered());
    to.gauge("sluice.outbox.memory", "bytes", "Of memory instead of a disk.", storage.bytes());
    to.gauge(
        "sluice.outbox.memory.records",
        "",
        "In memory and not delivered by some uplink.",
        storage.records());
    flash(storage.flash(), to);
    storage
        .lostFromDisk()
        .forEach(
            (reason, n) ->
                to.counter(
                    "sluice.outbox.disk.lost.records",
                    "",
                    "Forced out on disk before every uplink had them.",
                    n,
                    "reason",
                    reason));
    storage
        .lost()
        .forEach(
            (reason, n) ->
                to.counter(
                    "sluice.outbox.memory.lost.records",
                    "",
                    "Forced out of memory before every uplink had them.",
                    n,
                    "reason",
                    reason));
  }

  private static void flash(FlashStats flash, Samples to) {
    to.gauge(
        "sluice.outbox.disk.full",
        "",
        "1 while the disk has no room but what the outbox has taken.",
        flash.diskFull() ? 1 : 0);
    to.counter("sluice.outbox.fsync", "seconds", "Time spent in fsync.", flash.syncNanos() / NANOS);
    to.gauge(
        "sluice.outbox.fsync.max",
        "seconds",
        "The longest fsync so far.",
        flash.longestSyncNanos() / NANOS);
    to.counter("sluice.outbox.slow.fsyncs", "", "Longer than outbox.slowSync.", flash.slowSyncs());
    to.gauge(
        "sluice.outbox.write.amplification.ratio",
        "",
        "Bytes written per byte of payload, above the file system; NaN before the first.",
        flash.amplification());
    to.gauge(
        "sluice.outbox.flash.lifetime.days",
        "",
        "How long outbox.flashEndurance lasts at the rate of the last day; NaN when not known.",
        flash.lifetimeDays());
  }
}
