package dev.sluice.gateway.uplink;

import org.jspecify.annotations.Nullable;

/** Keeps a {@link RateLimit}. Time is given to it; not thread-safe. */
final class Throttle {

  private final @Nullable TokenBucket messages;
  private final @Nullable TokenBucket bytes;

  Throttle(RateLimit limit, long nowNanos) {
    messages = limit.messages() == 0 ? null : new TokenBucket(limit.messages(), nowNanos);
    bytes = limit.bytes() == 0 ? null : new TokenBucket(limit.bytes(), nowNanos);
  }

  /** Nanoseconds until the next message may go; 0 for now. */
  long waitNanos(long nowNanos) {
    long forMessages = messages == null ? 0 : messages.waitNanos(nowNanos);
    long forBytes = bytes == null ? 0 : bytes.waitNanos(nowNanos);
    return Math.max(forMessages, forBytes);
  }

  /** A message goes. */
  void take(int size, long nowNanos) {
    if (messages != null) {
      messages.take(1, nowNanos);
    }
    if (bytes != null) {
      bytes.take(size, nowNanos);
    }
  }
}
