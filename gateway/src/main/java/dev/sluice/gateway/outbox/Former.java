package dev.sluice.gateway.outbox;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What those outboxes counted that were given up since the start. Thread-safe. */
final class Former {

  private final Map<String, Long> lostFromMemory = new TreeMap<>();
  private final Map<String, Long> lostFromDisk = new TreeMap<>();
  private @Nullable OutboxStats sum;
  private long diskPayload;

  synchronized void add(Outbox gone) {
    OutboxStats stats = gone.stats();
    sum = stats.plus(sum);
    diskPayload += gone.isDurable() ? stats.appendedBytes() : 0;
    merge(gone.forcedOut(), gone.isDurable() ? lostFromDisk : lostFromMemory);
  }

  /** With the counters of those that are gone and of those in use, the rest of the current one. */
  synchronized OutboxStats plus(Kept kept) {
    OutboxStats total = kept.current().stats().plus(sum);
    for (Outbox other : kept.all()) {
      total = other == kept.current() ? total : total.plus(other.stats());
    }
    return total;
  }

  /** Bytes of the records that disks took. */
  synchronized long diskPayload(Kept kept) {
    return diskPayload + (kept.durable() ? kept.current().stats().appendedBytes() : 0);
  }

  /** Records that were forced out before every uplink had them, by reason. */
  synchronized Map<String, Long> lost(Kept kept, boolean durable) {
    var lost = new TreeMap<>(durable ? lostFromDisk : lostFromMemory);
    kept.all().stream()
        .filter(outbox -> outbox.isDurable() == durable)
        .forEach(outbox -> merge(outbox.forcedOut(), lost));
    return lost;
  }

  private static void merge(Map<String, Long> from, Map<String, Long> to) {
    from.forEach((why, n) -> to.merge(why, n, Long::sum));
  }
}
