package dev.sluice.gateway.batch;

import dev.sluice.gateway.acquire.Acquisition;
import java.util.OptionalLong;

/**
 * When something happened, by both clocks, so that a better time can be told once the wall clock
 * was set.
 *
 * @param wallMillis milliseconds since 1970 by the wall clock as it was then
 * @param clockTrusted whether that clock could be trusted
 * @param boot the boot of the machine in which it was; empty when the clock was trusted
 * @param monotonicMillis the same moment by the monotonic clock of that boot; 0 when trusted
 */
public record Moment(long wallMillis, boolean clockTrusted, String boot, long monotonicMillis) {

  private static final long NANOS_PER_MILLI = 1_000_000;

  /** By a clock that is right. */
  public static Moment trusted(long millis) {
    return new Moment(millis, true, "", 0);
  }

  /** Of this boot. */
  static Moment of(Acquisition acquired, String boot) {
    return acquired.clockTrusted()
        ? trusted(acquired.wallMillis())
        : new Moment(
            acquired.wallMillis(),
            false,
            boot,
            Math.floorDiv(acquired.monotonicNanos(), NANOS_PER_MILLI));
  }

  /** Milliseconds since 1970, as good as is known by now. */
  public long millis(ClockOffsets offsets) {
    OptionalLong offset = offset(offsets);
    return offset.isPresent() ? monotonicMillis + offset.getAsLong() : wallMillis;
  }

  /** Whether a wrong clock is still all that there is. */
  public boolean isDoubtful(ClockOffsets offsets) {
    return !clockTrusted && offset(offsets).isEmpty();
  }

  private OptionalLong offset(ClockOffsets offsets) {
    return clockTrusted ? OptionalLong.empty() : offsets.of(boot, monotonicMillis);
  }
}
