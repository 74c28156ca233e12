package dev.sluice.gateway.observe;

import dev.sluice.gateway.outbox.StorageStats;
import org.jspecify.annotations.Nullable;

/** Where records are kept, and what memory mode costs. */
final class StorageMeters {

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
}
