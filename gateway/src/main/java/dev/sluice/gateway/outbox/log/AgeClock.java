package dev.sluice.gateway.outbox.log;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * The wall clock as far as data may be dropped by it: trusted, without a jump against the monotonic
 * clock for ten minutes, and never ahead of what it was before. A jump forward, right or wrong,
 * makes nothing older; a jump back makes everything younger, until the process ends: in doubt a
 * record is kept, as there is a bound in bytes besides. A clock that is wrong when it is trusted
 * for the first time is believed: nothing here could know better. Writing thread only.
 */
final class AgeClock {

  private static final long SETTLE_NANOS = Duration.ofMinutes(10).toNanos();
  private static final long JUMP_MILLIS = Duration.ofMinutes(1).toMillis();

  private final LogClock clock;
  private boolean watching;
  private long offsetMillis;
  private long leastOffset = Long.MAX_VALUE;
  private long sinceNanos;

  AgeClock(LogClock clock) {
    this.clock = clock;
  }

  /** Wall time in ms, or nothing while it may be wrong. To be asked at least once a minute. */
  OptionalLong now() {
    long nanos = clock.nanos();
    if (!clock.trusted()) {
      watching = false;
      return OptionalLong.empty();
    }
    long millis = clock.millis();
    long offset = millis - Math.floorDiv(nanos, 1_000_000L);
    if (!watching || Math.abs(offset - offsetMillis) > JUMP_MILLIS) {
      watching = true;
      sinceNanos = nanos;
    }
    offsetMillis = offset;
    leastOffset = Math.min(leastOffset, offset);
    return nanos - sinceNanos < SETTLE_NANOS
        ? OptionalLong.empty()
        : OptionalLong.of(leastOffset + Math.floorDiv(nanos, 1_000_000L));
  }

  /**
   * Whether all of the oldest segment is older than allowed. What this process wrote is dated by
   * the monotonic clock; what an earlier one wrote by the next time after it that is known.
   *
   * @param oldestFirst the segments in order
   */
  boolean expired(Iterable<Segment> oldestFirst, long nowMillis, Duration maxAge) {
    boolean oldest = true;
    for (Segment segment : oldestFirst) {
      if (segment.ours()) {
        long since = oldest ? segment.newestNanos() : segment.oldestNanos();
        return clock.nanos() - since > maxAge.toNanos();
      }
      long bound = oldest ? segment.newestMillis() : firstMillis(segment);
      if (bound > 0) {
        return nowMillis - bound > maxAge.toMillis();
      }
      oldest = false;
    }
    return false;
  }

  private static long firstMillis(Segment segment) {
    long created = segment.header().createdMillis();
    return created > 0 ? created : segment.newestMillis();
  }
}
