package dev.sluice.driver.modbus.plan;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a device asks of the bus around it.
 *
 * @param pauseBefore so long the bus is silent before a request to it; the protocol's own gap at
 *     least
 * @param pauseAfter so long the bus is silent after its reply; the protocol's own gap at least
 * @param turnaround how long it takes to begin its answer, until that has been measured; the bus is
 *     left alone for so long after a broadcast, and for {@link #BROADCAST_PAUSE} at least
 * @param lateReplyWindow after a timeout, for so long a request that a late reply could be taken
 *     for the answer to is held back; null for the timeout itself
 */
public record DeviceTiming(
    Duration pauseBefore,
    Duration pauseAfter,
    Duration turnaround,
    @Nullable Duration lateReplyWindow) {

  public static final Duration DEFAULT_TURNAROUND = Duration.ofMillis(10);

  /** What devices need to act on a broadcast (section 2.4.1: 100 ms to 200 ms). */
  public static final Duration BROADCAST_PAUSE = Duration.ofMillis(100);

  /** Nothing beyond what the protocol asks for. */
  public static final DeviceTiming PROTOCOL =
      new DeviceTiming(Duration.ZERO, Duration.ZERO, DEFAULT_TURNAROUND, null);
}
