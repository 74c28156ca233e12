package dev.sluice.gateway.outbox;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Adds up what is written and how long fsyncs take; says once when they begin to be slow. */
final class FlashWear {

  private static final Logger LOG = LoggerFactory.getLogger(FlashWear.class);

  private static final long HOUR_NANOS = TimeUnit.HOURS.toNanos(1);
  private static final int HOURS = 24;
  private static final double DAY_NANOS = TimeUnit.DAYS.toNanos(1);

  /** Slow is over when none was for so long. */
  private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** What had been written when. */
  private record Mark(long nanos, long written) {}

  private final FlashOptions options;
  private final ArrayDeque<Mark> marks = new ArrayDeque<>();
  private long written;
  private long syncs;
  private long syncNanos;
  private long longest;
  private long slowSyncs;
  private long slowUntil;
  private boolean slow;

  FlashWear(FlashOptions options, long now) {
    this.options = options;
    marks.add(new Mark(now, 0));
  }

  synchronized void wrote(long bytes, long now) {
    mark(now);
    written += bytes;
  }

  /** One mark an hour, of the last day. */
  private void mark(long now) {
    if (now - marks.getLast().nanos() >= HOUR_NANOS) {
      marks.add(new Mark(now, written));
      while (marks.size() > HOURS) {
        marks.remove();
      }
    }
  }

  synchronized void synced(long nanos, long now) {
    syncs++;
    syncNanos += nanos;
    longest = Math.max(longest, nanos);
    if (nanos > options.slowSync().toNanos()) {
      slowSyncs++;
      slowUntil = now + QUIET_NANOS;
      if (!slow) {
        slow = true;
        LOG.atWarn()
            .addKeyValue("seconds", nanos / 1e9)
            .addKeyValue("hint", "the disk is busy with others, wears out or is too slow for this")
            .log("outbox disk is slow");
      }
    } else if (slow && now - slowUntil >= 0) {
      slow = false;
      LOG.atInfo().addKeyValue("slowSyncs", slowSyncs).log("outbox disk is no longer slow");
    }
  }

  /**
   * A snapshot.
   *
   * @param payload bytes that were wanted of what was written
   */
  synchronized FlashStats stats(boolean diskFull, long payload, long now) {
    mark(now);
    return new FlashStats(
        diskFull, written, payload, syncs, syncNanos, longest, slowSyncs, lifetimeDays(now));
  }

  private double lifetimeDays(long now) {
    Mark from = marks.getFirst();
    long bytes = written - from.written();
    double days = (now - from.nanos()) / DAY_NANOS;
    return options.endurance() == 0 || bytes == 0 || days <= 0
        ? Double.NaN
        : options.endurance() / (bytes / days);
  }
}
