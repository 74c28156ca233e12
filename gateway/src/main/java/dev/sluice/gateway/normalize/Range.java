package dev.sluice.gateway.normalize;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/** Which values of a point are to be believed. Stateless. */
sealed interface Range {

  /**
   * Whether a value lies within.
   *
   * @param bits by the type of the point
   * @param scale of a decimal
   */
  boolean holds(long bits, int scale);

  /** The one that a point declares, for values as its conversion yields them; null if none. */
  static @Nullable Range of(
      Conversion conversion, @Nullable BigDecimal min, @Nullable BigDecimal max) {
    if (min == null && max == null) {
      return null;
    }
    return switch (conversion.type()) {
      case FLOAT32 ->
          new Floats(
              min == null ? Double.NEGATIVE_INFINITY : min.floatValue(),
              max == null ? Double.POSITIVE_INFINITY : max.floatValue());
      case FLOAT64 -> new Floats(asDouble(min, -1), asDouble(max, 1));
      case DECIMAL ->
          conversion instanceof Conversion.Exact exact
              ? wholes(min, max, exact.scale())
              : new Decimals(asDouble(min, -1), asDouble(max, 1));
      case UINT64 -> {
        BigInteger most = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);
        yield new Unsigned(
            within(min, 0, RoundingMode.CEILING, BigInteger.ZERO, BigInteger.ZERO, most),
            within(max, 0, RoundingMode.FLOOR, most, BigInteger.ZERO, most));
      }
      default -> wholes(min, max, 0);
    };
  }

  private static Range wholes(@Nullable BigDecimal min, @Nullable BigDecimal max, int scale) {
    BigInteger least = BigInteger.valueOf(Long.MIN_VALUE);
    BigInteger most = BigInteger.valueOf(Long.MAX_VALUE);
    return new Wholes(
        within(min, scale, RoundingMode.CEILING, least, least, most),
        within(max, scale, RoundingMode.FLOOR, most, least, most));
  }

  private static long within(
      @Nullable BigDecimal bound,
      int scale,
      RoundingMode inwards,
      BigInteger none,
      BigInteger least,
      BigInteger most) {
    BigInteger whole = bound == null ? none : bound.setScale(scale, inwards).unscaledValue();
    return whole.max(least).min(most).longValue();
  }

  private static double asDouble(@Nullable BigDecimal bound, int sign) {
    return bound == null ? sign * Double.POSITIVE_INFINITY : bound.doubleValue();
  }

  /** Whole numbers, or decimals of one scale. */
  record Wholes(long min, long max) implements Range {

    @Override
    public boolean holds(long bits, int scale) {
      return bits >= min && bits <= max;
    }
  }

  /** Unsigned 64-bit numbers. */
  record Unsigned(long min, long max) implements Range {

    @Override
    public boolean holds(long bits, int scale) {
      return Long.compareUnsigned(bits, min) >= 0 && Long.compareUnsigned(bits, max) <= 0;
    }
  }

  /** Floats. */
  record Floats(double min, double max) implements Range {

    @Override
    public boolean holds(long bits, int scale) {
      double value = Double.longBitsToDouble(bits);
      return value >= min && value <= max;
    }
  }

  /** Decimals of changing scale; compared as doubles, which is exact up to 15 digits. */
  record Decimals(double min, double max) implements Range {

    @Override
    public boolean holds(long bits, int scale) {
      double value = Powers.toDouble(bits, scale);
      return value >= min && value <= max;
    }
  }
}
