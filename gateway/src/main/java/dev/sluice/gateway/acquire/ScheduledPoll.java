package dev.sluice.gateway.acquire;

import dev.sluice.driver.Poll;
import org.jspecify.annotations.Nullable;

/** A poll with its place in time. Owned by one {@link PollSchedule}; on the line's context. */
final class ScheduledPoll {

  /** Each measurement counts for an eighth. */
  private static final int SMOOTHING = 8;

  final DeviceLoop device;
  final Poll poll;
  final long periodNanos;

  /** Breaks ties: polls of one device go out in the order of its plan. */
  final int order;

  /** When the current cycle begins, monotonic. */
  long releaseNanos;

  /** When it had its turn; a new one waits as if that were when its first cycle began. */
  long turnNanos;

  /** Running: taken from the schedule and not given back yet. */
  boolean taken;

  /** Not to be scheduled: its device is down or gone. */
  boolean dropped;

  /** It has a turn beside its cycles. */
  boolean beside;

  /** To be run again as soon as it comes back: what it brings was asked for too early. */
  boolean hastened;

  /** Waits that grow while this poll brings nothing though its device answers others. */
  @Nullable Backoff failing;

  private long costNanos;

  ScheduledPoll(DeviceLoop device, Poll poll, long periodNanos, int order, long firstReleaseNanos) {
    this.device = device;
    this.poll = poll;
    this.periodNanos = periodNanos;
    this.order = order;
    this.releaseNanos = firstReleaseNanos;
    this.turnNanos = firstReleaseNanos;
  }

  /**
   * When it should have its turn: a period after the one before, whatever its phase; where it was
   * held back meanwhile, when its cycle began.
   */
  long dueNanos() {
    long next = turnNanos + periodNanos;
    return releaseNanos - next > 0 ? releaseNanos : next;
  }

  /** What it takes of the bus, as measured; as estimated by the driver before. */
  long costNanos() {
    return costNanos == 0 ? poll.busNanos() : costNanos;
  }

  /** An answered attempt took so much; 0 if that is not known. */
  void measured(long busNanos) {
    if (busNanos > 0) {
      costNanos = costNanos == 0 ? busNanos : costNanos + (busNanos - costNanos) / SMOOTHING;
    }
  }
}
