package dev.sluice.driver.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.PollException;
import dev.sluice.driver.PollFailure;
import dev.sluice.driver.PollResult;
import org.jspecify.annotations.Nullable;

/**
 * How a poll of a test went.
 *
 * @param result what it brought, or null
 * @param failure why it brought nothing, or null
 * @param startNanos just before the call
 * @param endNanos when its future completed
 */
public record Polled(
    @Nullable PollResult result, @Nullable Throwable failure, long startNanos, long endNanos) {

  /** How long it took. */
  public long nanos() {
    return endNanos - startNanos;
  }

  public boolean succeeded() {
    return result != null;
  }

  /** What it brought; it must have brought something. */
  public PollResult succeededResult() {
    if (result == null) {
      throw new AssertionError("the poll failed: " + failure, failure);
    }
    return result;
  }

  /** The failure, which must be one that the host understands. */
  public PollException failedInWords() {
    if (failure instanceof PollException exception) {
      assertThat(exception.getMessage()).as("what the failed poll says").isNotBlank();
      return exception;
    }
    String instead = result == null ? "failed with " + failure : "succeeded";
    throw new AssertionError("the poll had to fail with a PollException, it " + instead, failure);
  }

  /** Checks in which way it failed. */
  public void failedWith(PollFailure expected) {
    PollException exception = failedInWords();
    assertThat(exception.failure()).as(exception.getMessage()).isEqualTo(expected);
  }
}
