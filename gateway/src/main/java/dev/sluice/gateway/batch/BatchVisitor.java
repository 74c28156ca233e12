package dev.sluice.gateway.batch;

import dev.sluice.driver.Quality;
import java.util.List;

/**
 * Receives the content of a data record, in its order: {@link #begin}, then each device with its
 * rows, and the readings of a row after it, then {@link #end}. Called by {@link BatchReader} on the
 * thread that reads. When reading fails, what was received until then is of no use.
 */
public interface BatchVisitor {

  /**
   * Once, first.
   *
   * @param clockTrusted whether the wall clock could be trusted when these readings were acquired
   * @param bootId the boot of the machine in which they were acquired; empty when trusted
   */
  void begin(boolean clockTrusted, String bootId);

  /**
   * Its rows follow.
   *
   * @param columns those of the record, immutable; the same list for all its devices, so that it
   *     may hold columns that this device does not use
   */
  void device(String id, List<Column> columns);

  /**
   * Before {@link #row} in a record whose clock is not trusted, and only there.
   *
   * @param millis the acquisition time by the monotonic clock of that boot
   */
  default void monotonic(long millis) {}

  /**
   * Its readings follow, at least one.
   *
   * @param timeMillis acquisition time in milliseconds since 1970, by the wall clock as it was then
   */
  void row(long timeMillis);

  /**
   * A good value of any type but string.
   *
   * @param column an index in the columns
   * @param bits what they mean is said by {@link Column#type}, as in {@link
   *     dev.sluice.driver.Values}; a decimal has {@link Column#scale} decimals
   */
  void number(int column, long bits);

  /** A good value of type string. */
  void text(int column, String value);

  /** No usable value, and why. */
  void bad(int column, Quality quality);

  /** A value of any type but string that is to be doubted, and why. */
  void suspect(int column, long bits, Quality quality);

  /** Once, last. */
  void end();
}
