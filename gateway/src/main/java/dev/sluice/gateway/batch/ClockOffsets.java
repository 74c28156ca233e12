package dev.sluice.gateway.batch;

import java.util.OptionalLong;

/**
 * How far apart the wall clock and the monotonic clock of a boot were. Thread-safe; blocks never.
 */
@FunctionalInterface
public interface ClockOffsets {

  /** Nothing is known of any boot. */
  ClockOffsets NONE = (boot, monotonicMillis) -> OptionalLong.empty();

  /**
   * What is to be added to a monotonic time to get the wall time that it was. For the same reading
   * it is the same ever after, so that what is sent twice says the same twice.
   *
   * @param boot as in the record
   * @param monotonicMillis when the reading was acquired
   * @return nothing as long as the clock was not trusted since, in that boot
   */
  OptionalLong of(String boot, long monotonicMillis);
}
