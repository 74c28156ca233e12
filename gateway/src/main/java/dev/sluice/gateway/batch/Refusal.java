package dev.sluice.gateway.batch;

/** Why a block was not taken. */
enum Refusal {
  /** More is admitted and not yet durable than allowed, for longer than a permit is withheld. */
  BATCH_FULL(1, "batch_full"),
  /** The verticle stops. */
  STOPPING(2, "stopping"),
  /** The block could not be worked on: an error of ours, logged. */
  FAULT(3, "fault");

  private final int code;
  private final String word;

  Refusal(int code, String word) {
    this.code = code;
    this.word = word;
  }

  /** The failure code of the reply. */
  int code() {
    return code;
  }

  /** The failure message of the reply. */
  String word() {
    return word;
  }
}
