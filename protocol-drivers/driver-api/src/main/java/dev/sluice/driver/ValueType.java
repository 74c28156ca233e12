package dev.sluice.driver;

import java.util.Locale;

/**
 * The native type of a point and, with it, what the 64 bits of its value in {@link Values} mean.
 * The codes are stored: they never change and are never used again for something else.
 */
public enum ValueType {
  /** Bits: 0 or 1. */
  BOOL(0),
  INT16(1),
  UINT16(2),
  INT32(3),
  UINT32(4),
  INT64(5),
  /** Bits: the 64-bit pattern, read as unsigned. */
  UINT64(6),
  /** Bits: {@link Double#doubleToRawLongBits} of the widened value. */
  FLOAT32(7),
  /** Bits: {@link Double#doubleToRawLongBits}. */
  FLOAT64(8),
  /** Bits: the unscaled number; {@link Values#scale} tells how many of its digits are decimals. */
  DECIMAL(9),
  /** No bits; {@link Values#text}. */
  STRING(10);

  private static final ValueType[] BY_CODE = values();

  private final int code;
  private final String word;

  ValueType(int code) {
    this.code = code;
    this.word = name().toLowerCase(Locale.ROOT);
  }

  /** As stored. */
  public int code() {
    return code;
  }

  /** As configured and sent, for example {@code uint32}. */
  public String word() {
    return word;
  }

  /** Whether {@link Values#bits} hold a whole number, possibly scaled. */
  public boolean isInteger() {
    return code >= INT16.code && code <= UINT64.code;
  }

  /** Whether {@link Values#bits} hold a double. */
  public boolean isFloat() {
    return this == FLOAT32 || this == FLOAT64;
  }

  /**
   * The type of a stored code.
   *
   * @throws IllegalArgumentException for a code that this version does not know
   */
  public static ValueType ofCode(int code) {
    if (code < 0 || code >= BY_CODE.length) {
      throw new IllegalArgumentException("value type " + code + ", expected 0 to 10");
    }
    return BY_CODE[code];
  }
}
