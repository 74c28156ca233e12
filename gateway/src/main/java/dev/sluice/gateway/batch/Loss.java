package dev.sluice.gateway.batch;

/** Why readings were lost that had been admitted. */
enum Loss {
  /** The outbox did not take the record. */
  APPEND_FAILED("append_failed"),
  /** A record grew beyond what a reader accepts. */
  TOO_LARGE("too_large");

  private final String word;

  Loss(String word) {
    this.word = word;
  }

  String word() {
    return word;
  }
}
