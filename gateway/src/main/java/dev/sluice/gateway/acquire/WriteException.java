package dev.sluice.gateway.acquire;

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

  public Outcome outcome() {
    return outcome;
  }
}
