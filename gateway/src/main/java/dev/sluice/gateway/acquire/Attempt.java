package dev.sluice.gateway.acquire;

import dev.sluice.driver.PollException;
import dev.sluice.driver.PollTiming;
import dev.sluice.driver.Values;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One transaction that was to bring values, and what came of it.
 *
 * @param transaction for people, for example {@code fc3 100..131}
 * @param points that it reads, as indices in the device's points
 * @param values of these points, in this order; all bad when it failed
 * @param timing of its last try; none when it failed
 * @param failure why it brought nothing; none when it brought values
 * @param tries how often it was run, 1 or more; 0 for what the device sent by itself
 */
public record Attempt(
    String transaction,
    List<Integer> points,
    Values values,
    @Nullable PollTiming timing,
    @Nullable PollException failure,
    int tries) {

  public Attempt {
    points = List.copyOf(points);
    if (points.size() != values.size()) {
      throw new IllegalStateException(
          "BUG: " + values.size() + " values for " + points.size() + " points");
    }
  }

  /** When the values were true, by the monotonic clock; 0 when there are none. */
  public long acquiredNanos() {
    return timing == null ? 0 : timing.acquiredNanos();
  }
}
