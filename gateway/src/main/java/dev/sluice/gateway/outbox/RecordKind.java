package dev.sluice.gateway.outbox;

/**
 * What an outbox record holds. The codes are stored: they never change and are never used again for
 * something else.
 */
public enum RecordKind {
  /** Readings. */
  DATA(0),
  /** A device came up or went down. */
  DEVICE_STATE(1),
  /** Records that are gone, and why. */
  GAP(2);

  private static final RecordKind[] BY_CODE = values();

  private final int code;

  RecordKind(int code) {
    this.code = code;
  }

  /** As stored. */
  public int code() {
    return code;
  }

  /** Whether this version knows a stored code; a newer one may have written others. */
  static boolean knows(int code) {
    return code >= 0 && code < BY_CODE.length;
  }

  /**
   * The kind of a stored code.
   *
   * @throws IllegalArgumentException for a code that this version does not know
   */
  public static RecordKind ofCode(int code) {
    if (!knows(code)) {
      throw new IllegalArgumentException("record kind " + code + ", expected 0 to 2");
    }
    return BY_CODE[code];
  }
}
