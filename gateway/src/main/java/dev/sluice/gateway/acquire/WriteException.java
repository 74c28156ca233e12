package dev.sluice.gateway.acquire;

import dev.sluice.driver.PollException;
import dev.sluice.driver.Quality;
import dev.sluice.driver.Write;

/** A write that did not come to a confirmed end. */
public final class WriteException extends Exception {

  private static final long serialVersionUID = 1L;

  /** What is known about it. */
  public enum Outcome {
    /** Nothing was sent, or the device said no. */
    NOT_DONE,
    /** It was sent, and nobody knows what the device did. Never repeated by itself. */
    UNKNOWN
  }

  private final Outcome outcome;

  /**
   * Says what happened.
   *
   * @param message in words: what was found, what was expected
   */
  public WriteException(Outcome outcome, String message) {
    super(message);
    this.outcome = outcome;
  }

  /**
   * What a failed transaction tells about the write that it was of.
   *
   * @param cause what the driver's future failed with
   */
  static WriteException after(Write write, Throwable cause) {
    if (!(cause instanceof PollException failure)) {
      return new WriteException(
          Outcome.UNKNOWN, write.describe() + ": the driver failed: " + cause);
    }
    boolean answered =
        switch (failure.failure()) {
          case REJECTED, BUSY, UNREACHABLE -> true;
          case TIMEOUT, BAD_REPLY, LINE_DOWN -> false;
        };
    // Accepted, but it takes long: that is no refusal.
    boolean refused = answered && failure.quality() != Quality.ACKNOWLEDGED;
    return new WriteException(
        refused ? Outcome.NOT_DONE : Outcome.UNKNOWN,
        write.describe()
            + ": "
            + failure.getMessage()
            + (refused ? "" : "; whether the device did it is not known"));
  }

  public Outcome outcome() {
    return outcome;
  }
}
