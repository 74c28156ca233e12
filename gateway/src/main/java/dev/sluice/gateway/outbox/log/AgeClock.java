package dev.sluice.gateway.outbox.log;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * The wall clock as far as data may be dropped by it: trusted, and without a jump against the
 * monotonic clock for ten minutes. Writing thread only.
 */
final class AgeClock {

  private static final long SETTLE_NANOS = Duration.ofMinutes(10).toNanos();
  private static final long JUMP_MILLIS = Duration.ofMinutes(1).toMillis();

  private final LogClock clock;
  private boolean watching;
  private long offsetMillis;
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
    return nanos - sinceNanos < SETTLE_NANOS ? OptionalLong.empty() : OptionalLong.of(millis);
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
