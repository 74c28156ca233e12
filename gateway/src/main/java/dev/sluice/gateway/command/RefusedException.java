package dev.sluice.gateway.command;

/** Nothing was sent. */
final class RefusedException extends Exception {

  private static final long serialVersionUID = 1L;

  private final Refusal why;

  /**
   * Says why.
   *
   * @param message in a sentence, with what to do about it
   */
  RefusedException(Refusal why, String message) {
    super(message, null, false, false);
    this.why = why;
  }

  Refusal why() {
    return why;
  }
}
