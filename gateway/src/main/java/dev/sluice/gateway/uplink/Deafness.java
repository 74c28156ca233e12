package dev.sluice.gateway.uplink;

import dev.sluice.gateway.uplink.mqtt.LinkFailure;
import java.util.concurrent.TimeUnit;

/**
 * Goes without subscriptions for a while when every connection ends over a message that is too
 * large for the client: such a one is retained, comes again after each SUBSCRIBE, and nothing would
 * ever be delivered. Time is given to it; not thread-safe.
 */
final class Deafness {

  /** What the status says of it. */
  static final String WORDS =
      "receives nothing for now: what a broker had retained was too large, again and again";

  /** After a deaf time is over, or while something else is asked. */
  static final long LISTEN_MILLIS = 1_000;

  static final int IN_A_ROW = 3;
  static final long NANOS = TimeUnit.MINUTES.toNanos(10);

  private int ends;
  private long since;

  /** Whether the next connection shall not subscribe. */
  boolean isDeaf(long nowNanos) {
    return ends >= IN_A_ROW && nowNanos - since < NANOS;
  }

  /** How long a deaf connection still goes without subscriptions. */
  long leftNanos(long nowNanos) {
    return Math.max(0, NANOS - (nowNanos - since));
  }

  /** A connection that had subscribed, or would have, is over. */
  void ended(LinkFailure why, boolean subscribed, long nowNanos) {
    if (why == LinkFailure.TOO_LARGE) {
      ends++;
      since = nowNanos;
    } else if (subscribed) {
      ends = 0;
    }
  }
}
