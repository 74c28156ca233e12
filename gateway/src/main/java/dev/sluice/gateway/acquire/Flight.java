package dev.sluice.gateway.acquire;

import dev.sluice.driver.PollClass;

/** One attempt of a poll. On the line's context. */
final class Flight {

  final ScheduledPoll poll;
  final PollClass pollClass;

  /** 0 for the first. */
  final int attempt;

  long startNanos;
  long overdueNanos;

  /** It was overdue when last looked at. */
  boolean seenOverdue;

  Flight(ScheduledPoll poll, PollClass pollClass, int attempt) {
    this.poll = poll;
    this.pollClass = pollClass;
    this.attempt = attempt;
  }

  /** The next attempt. */
  Flight again() {
    return new Flight(poll, pollClass, attempt + 1);
  }

  /** Whether what came of it is still of interest: its poll was not taken out meanwhile. */
  boolean counts() {
    return !poll.device.isRemoved() && (!poll.dropped || pollClass == PollClass.PROBE);
  }

  /**
   * What the line's time went to.
   *
   * @param answered whether the device said something
   */
  BusTime cause(boolean answered) {
    if (pollClass == PollClass.PROBE) {
      return BusTime.PROBES;
    }
    return attempt > 0 ? BusTime.RETRIES : answered ? BusTime.USEFUL : BusTime.FAILED;
  }
}
