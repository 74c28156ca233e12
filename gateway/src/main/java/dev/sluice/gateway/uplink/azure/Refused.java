package dev.sluice.gateway.uplink.azure;

import dev.sluice.gateway.uplink.mqtt.LinkException;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What a service said last when that was no. It is left alone then: each time for longer, with
 * jitter, and at least for as long as it says itself; but not once the key is another one. Time is
 * given to it; not thread-safe.
 */
final class Refused {

  private static final Duration FIRST = Duration.ofSeconds(10);
  private static final Duration LONGEST = Duration.ofMinutes(10);

  private final RandomGenerator random;
  private @Nullable LinkException why;
  private @Nullable DeviceKey key;
  private int count;
  private long until;

  Refused(RandomGenerator random) {
    this.random = random;
  }

  /**
   * It said no.
   *
   * @param shown with which it was asked; null for a certificate
   * @param least for how long it does not want to be asked again
   */
  void add(LinkException refusal, @Nullable DeviceKey shown, Duration least, long nowNanos) {
    long most = Math.min(LONGEST.toNanos(), FIRST.toNanos() << Math.min(count, 16));
    count++;
    why = refusal;
    key = shown;
    until = nowNanos + Math.max(least.toNanos(), most / 2 + random.nextLong(most / 2));
  }

  /** It said something else. */
  void over() {
    why = null;
    count = 0;
  }

  /** What holds still; null when it may be asked. */
  @Nullable LinkException now(@Nullable DeviceKey shown, long nowNanos) {
    return isSame(shown) && nowNanos - until < 0 ? why : null;
  }

  private boolean isSame(@Nullable DeviceKey shown) {
    DeviceKey before = key;
    if (shown == null || before == null) {
      return shown == null && before == null;
    }
    return shown.isSame(before);
  }
}
