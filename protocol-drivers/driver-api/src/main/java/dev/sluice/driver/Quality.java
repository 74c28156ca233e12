package dev.sluice.driver;

import java.util.Locale;

/**
 * Whether a reading can be believed, and if not, why. The codes are stored: they never change and
 * are never used again for something else.
 */
public enum Quality {
  GOOD(0),
  /** The device did not answer in time. */
  TIMEOUT(1),
  /** The line to the device is down. */
  DISCONNECTED(2),
  /** The reply was damaged or answered something else. */
  BAD_REPLY(3),
  /** The value cannot be represented in the point's type: NaN pattern, digits missing, overflow. */
  BAD_VALUE(4),
  /** The value lies outside the range that its point declares. */
  OUT_OF_RANGE(5),
  /** Modbus exception 01. */
  ILLEGAL_FUNCTION(6),
  /** Modbus exception 02. */
  ILLEGAL_ADDRESS(7),
  /** Modbus exception 03. */
  ILLEGAL_VALUE(8),
  /** Modbus exception 04. */
  DEVICE_FAILURE(9),
  /** Modbus exception 05: accepted, takes long. */
  ACKNOWLEDGED(10),
  /** Modbus exception 06. */
  BUSY(11),
  /** Modbus exception 08. */
  MEMORY_PARITY(12),
  /** Modbus exception 0A: the gateway has no path to the bus. */
  GATEWAY_PATH(13),
  /** Modbus exception 0B: the gateway's target does not respond. */
  GATEWAY_TARGET(14),
  /** The device reported an error that this driver does not know. */
  UNKNOWN_ERROR(15);

  private static final Quality[] BY_CODE = values();

  private final int code;
  private final String word;

  Quality(int code) {
    this.code = code;
    this.word = name().toLowerCase(Locale.ROOT);
  }

  /** As stored: 0 to 127. */
  public int code() {
    return code;
  }

  /** As sent upstream: the name in lower case, for example {@code bad_reply}. */
  public String word() {
    return word;
  }

  /**
   * The quality of a stored code; one that this version does not know is {@link #UNKNOWN_ERROR}.
   */
  public static Quality ofCode(int code) {
    return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : UNKNOWN_ERROR;
  }
}
