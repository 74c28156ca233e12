package dev.sluice.gateway.uplink.connector;

import dev.sluice.gateway.batch.ClockOffsets;
import java.util.OptionalLong;

/** When the rows of a data record were acquired, corrected where that is known. Not thread-safe. */
final class RecordTimes {

  private final ClockOffsets offsets;
  private Clock clock = Clock.TRUSTED;
  private String boot = "";
  private boolean offsetAsked;
  private long offset;
  private long monotonic;
  private long oldest = Long.MAX_VALUE;

  RecordTimes(ClockOffsets offsets) {
    this.offsets = offsets;
  }

  /** Forgets the former record. */
  void begin(boolean clockTrusted, String bootId) {
    clock = clockTrusted ? Clock.TRUSTED : Clock.UNTRUSTED;
    boot = bootId;
    offsetAsked = clockTrusted;
    oldest = Long.MAX_VALUE;
  }

  void monotonic(long millis) {
    monotonic = millis;
    if (!offsetAsked) {
      // Of one boot and of about one second: what holds for the first row holds for all.
      offsetAsked = true;
      OptionalLong known = offsets.of(boot, millis);
      clock = known.isPresent() ? Clock.CORRECTED : Clock.UNTRUSTED;
      offset = known.orElse(0);
    }
  }

  /** The time of a row, of which the record says so. */
  long row(long timeMillis) {
    long time = clock == Clock.CORRECTED ? monotonic + offset : timeMillis;
    oldest = Math.min(oldest, time);
    return time;
  }

  Clock clock() {
    return clock;
  }

  /** Time of the oldest row, whatever it is worth; Long.MAX_VALUE when there is none. */
  long lowest() {
    return oldest;
  }

  /** Time of the oldest row; 0 when there is none, or none that could be believed. */
  long oldest() {
    return oldest == Long.MAX_VALUE || clock == Clock.UNTRUSTED ? 0 : oldest;
  }
}
