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
    boolean refused =
        switch (failure.failure()) {
          case REJECTED, BUSY, UNREACHABLE -> saysNotDone(failure.quality());
          case TIMEOUT, BAD_REPLY, LINE_DOWN -> false;
        };
    return new WriteException(
        refused ? Outcome.NOT_DONE : Outcome.UNKNOWN,
        write.describe()
            + ": "
            + failure.getMessage()
            + (refused ? "" : "; whether the device did it is not known"));
  }

  /**
   * Only what comes before a device begins is a no. Others may come when it has begun: 04 and 05,
   * 08 (it found its memory damaged, at whatever step), 0B (a gateway handed the request on, and
   * the reply may be all that was lost), and codes that the specification does not know.
   */
  private static boolean saysNotDone(Quality answer) {
    return switch (answer) {
      case ILLEGAL_FUNCTION, ILLEGAL_ADDRESS, ILLEGAL_VALUE, BUSY, GATEWAY_PATH -> true;
      default -> false;
    };
  }

  public Outcome outcome() {
    return outcome;
  }
}
