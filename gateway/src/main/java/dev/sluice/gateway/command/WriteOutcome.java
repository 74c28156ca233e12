package dev.sluice.gateway.command;

/**
 * What became of a request.
 *
 * @param result in a word
 * @param detail in a sentence, for the log and for platforms that can be answered
 * @param code as in {@link Answer}
 */
public record WriteOutcome(Result result, String detail, int code) {

  /** With the code that its result has as a rule. */
  public WriteOutcome(Result result, String detail) {
    this(
        result,
        detail,
        switch (result) {
          case DONE -> Answer.DONE;
          case REFUSED -> Answer.REFUSED;
          case FAILED -> Answer.FAILED;
          case UNKNOWN -> Answer.NOT_KNOWN;
        });
  }

  /** In a word. */
  public enum Result {
    /** The device confirmed it; its next reading says what it holds. */
    DONE,
    /** Nothing was sent: not listed as writable, unknown, out of range, expired, or said before. */
    REFUSED,
    /** The device or the line did not do it. */
    FAILED,
    /** It was sent and nobody knows what the device did. It is never repeated. */
    UNKNOWN
  }
}
