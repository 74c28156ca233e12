package dev.sluice.gateway.acquire;

import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Which poll goes next: of those whose cycle has begun, the one that is due first by its last turn.
 * So a line with too much to do is shared evenly, whatever the phases and however long each takes.
 * A cycle that passed unused is skipped and counted, never made up for: a slow line must not queue
 * work.
 *
 * <pre>
 *   waiting (by release) --cycle begins--> ready (by turn) --take--> running --done--> waiting
 * </pre>
 *
 * Times are monotonic and compared by difference, so they may wrap. Not thread-safe.
 */
final class PollSchedule {

  private static final Comparator<ScheduledPoll> BY_ORDER =
      Comparator.comparingInt(poll -> poll.order);

  private final PriorityQueue<ScheduledPoll> waiting =
      new PriorityQueue<>(
          ((Comparator<ScheduledPoll>) (a, b) -> Long.signum(a.releaseNanos - b.releaseNanos))
              .thenComparing(BY_ORDER));
  private final PriorityQueue<ScheduledPoll> ready =
      new PriorityQueue<>(
          ((Comparator<ScheduledPoll>) (a, b) -> Long.signum(a.dueNanos() - b.dueNanos()))
              .thenComparing(BY_ORDER));
  private long skipped;

  void add(ScheduledPoll poll) {
    waiting.add(poll);
  }

  /** Whether no poll waits for its turn. */
  boolean isEmpty() {
    return waiting.isEmpty() && ready.isEmpty();
  }

  /** Takes a poll out, wherever it is, until it is added again. */
  void drop(ScheduledPoll poll) {
    poll.dropped = true;
    if (!waiting.remove(poll)) {
      ready.remove(poll);
    }
  }

  /** The poll to run now; null if no cycle has begun. The caller gives it back by {@link #done}. */
  @Nullable ScheduledPoll take(long nowNanos) {
    while (true) {
      ScheduledPoll next = waiting.peek();
      if (next == null || next.releaseNanos - nowNanos > 0) {
        break;
      }
      ready.add(waiting.remove());
    }
    ScheduledPoll poll = ready.poll();
    if (poll != null) {
      skipMissed(poll, nowNanos);
      poll.taken = true;
      poll.turnNanos = nowNanos;
    }
    return poll;
  }

  /**
   * Lets a poll have a turn now, without moving its cycles. One that is under way has it when it
   * comes back; one that is out of the schedule has none.
   */
  void hasten(ScheduledPoll poll, long nowNanos) {
    if (poll.taken) {
      poll.hastened = true;
    } else if (waiting.remove(poll)) {
      long ahead = poll.releaseNanos - nowNanos;
      if (ahead > 0) {
        poll.releaseNanos -= (ahead + poll.periodNanos - 1) / poll.periodNanos * poll.periodNanos;
      }
      poll.turnNanos = poll.releaseNanos - poll.periodNanos; // as if it were due since then
      poll.beside = true;
      waiting.add(poll);
    }
  }

  /** Puts a poll that was taken back, to be run in its next cycle. */
  void done(ScheduledPoll poll) {
    done(poll, poll.releaseNanos);
  }

  /** Puts a poll that was taken back, to be run in its first cycle after a time. */
  void done(ScheduledPoll poll, long afterNanos) {
    poll.taken = false;
    poll.beside = false;
    boolean again = poll.hastened && poll.releaseNanos == afterNanos;
    poll.hastened = false;
    if (again && !poll.dropped) {
      poll.beside = true;
      waiting.add(poll); // in the cycle that it is in
    } else if (!poll.dropped) {
      long ahead = Math.max(0, afterNanos - poll.releaseNanos);
      poll.releaseNanos += (ahead / poll.periodNanos + 1) * poll.periodNanos;
      waiting.add(poll);
    }
  }

  /**
   * How long until the next cycle begins, in nanoseconds, not above zero if one has begun; {@link
   * Long#MAX_VALUE} if nothing waits.
   */
  long nanosToNext(long nowNanos) {
    if (!ready.isEmpty()) {
      return 0;
    }
    ScheduledPoll next = waiting.peek();
    return next == null ? Long.MAX_VALUE : next.releaseNanos - nowNanos;
  }

  /** Cycles that passed without their poll. */
  long skipped() {
    return skipped;
  }

  private void skipMissed(ScheduledPoll poll, long nowNanos) {
    long missed = (nowNanos - poll.releaseNanos) / poll.periodNanos;
    skipped += missed;
    poll.releaseNanos += missed * poll.periodNanos;
  }
}
