package dev.sluice.simulator.spec;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;

/** How a value lies in registers. */
public enum RegisterType {
  BOOL(1, null, null),
  INT16(1, min(15), max(15)),
  UINT16(1, BigInteger.ZERO, max(16)),
  INT32(2, min(31), max(31)),
  UINT32(2, BigInteger.ZERO, max(32)),
  INT64(4, min(63), max(63)),
  UINT64(4, BigInteger.ZERO, max(64)),
  FLOAT32(2, null, null),
  FLOAT64(4, null, null),
  /** ASCII, two characters per register, filled with zeros; as long as its point says. */
  STRING(0, null, null);

  private final String word = name().toLowerCase(Locale.ROOT);
  private final int registers;
  private final BigInteger lowest;
  private final BigInteger highest;

  RegisterType(
      int registers,
      @org.jspecify.annotations.Nullable BigInteger lowest,
      @org.jspecify.annotations.Nullable BigInteger highest) {
    this.registers = registers;
    this.lowest = lowest == null ? BigInteger.ZERO : lowest;
    this.highest = highest == null ? BigInteger.ONE : highest;
  }

  public String word() {
    return word;
  }

  /** How many a value takes; 0 for STRING. */
  public int registers() {
    return registers;
  }

  /** Whether scale and offset make sense. */
  public boolean isNumber() {
    return this != BOOL && this != STRING;
  }

  /** The bits of a raw value, right-aligned; what does not fit becomes the nearest that does. */
  public long bits(BigDecimal raw) {
    return switch (this) {
      case FLOAT32 -> Float.floatToIntBits(raw.floatValue()) & 0xFFFF_FFFFL;
      case FLOAT64 -> Double.doubleToLongBits(raw.doubleValue());
      case STRING -> throw new IllegalStateException("BUG: a number for a string");
      default ->
          raw.setScale(0, java.math.RoundingMode.HALF_EVEN)
              .toBigInteger()
              .max(lowest)
              .min(highest)
              .longValue();
    };
  }

  private static BigInteger min(int bits) {
    return BigInteger.ONE.shiftLeft(bits).negate();
  }

  private static BigInteger max(int bits) {
    return BigInteger.ONE.shiftLeft(bits).subtract(BigInteger.ONE);
  }
}
