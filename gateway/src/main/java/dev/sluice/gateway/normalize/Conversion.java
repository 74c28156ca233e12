package dev.sluice.gateway.normalize;

import dev.sluice.driver.ValueType;
import dev.sluice.driver.Values;
import dev.sluice.gateway.acquire.PointDefinition;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** How the raw values of a point become engineering values. Stateless. */
sealed interface Conversion {

  /** Of the values that come out. */
  ValueType type();

  /** How many decimals come out, unless each value says it itself. */
  int scale();

  /**
   * Converts a good raw value.
   *
   * @param out gets the value, through {@link NormalizedBlock#value}
   * @return false if the value cannot be represented
   */
  boolean convert(Values values, int i, NormalizedBlock out);

  /** The one that a point's rules ask for. */
  static Conversion of(PointDefinition point) {
    ValueType raw = point.type();
    BigDecimal scale = point.rules().scale();
    BigDecimal offset = point.rules().offset();
    if (scale.compareTo(BigDecimal.ONE) == 0 && offset.signum() == 0) {
      return raw.isFloat() ? new Finite(raw) : new Unchanged(raw);
    }
    if (raw == ValueType.BOOL || raw == ValueType.STRING) {
      throw new IllegalStateException(
          "BUG: " + raw.word() + " " + point.name() + " with a scale or an offset");
    }
    Conversion exact =
        raw.isFloat() ? null : exact(raw, positiveScale(scale), positiveScale(offset));
    return exact == null ? new Floating(raw, scale.doubleValue(), offset.doubleValue()) : exact;
  }

  private static @Nullable Conversion exact(ValueType raw, BigDecimal scale, BigDecimal offset) {
    int common = Math.max(scale.scale(), offset.scale());
    if (common > Powers.MAX_SCALE) {
      return null;
    }
    BigInteger factor = scale.setScale(common).unscaledValue();
    BigInteger shift = offset.setScale(common).unscaledValue();
    if (factor.bitLength() > 63 || shift.bitLength() > 63) {
      return null;
    }
    return raw == ValueType.DECIMAL
        ? new RawDecimal(factor.longValue(), shift.longValue(), common)
        : new Exact(raw == ValueType.UINT64, factor.longValue(), shift.longValue(), common);
  }

  private static BigDecimal positiveScale(BigDecimal value) {
    BigDecimal stripped = value.stripTrailingZeros();
    return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
  }

  /** Bools, whole numbers, decimals and strings as they were read. */
  record Unchanged(ValueType type) implements Conversion {

    @Override
    public int scale() {
      return 0;
    }

    @Override
    public boolean convert(Values values, int i, NormalizedBlock out) {
      out.value(values.bits(i), values.scale(i), type == ValueType.STRING ? values.text(i) : null);
      return true;
    }
  }

  /** Floats as they were read; NaN and the infinities are no values. */
  record Finite(ValueType type) implements Conversion {

    private static final long EXPONENT = 0x7ff0_0000_0000_0000L;

    static boolean isFinite(long bits) {
      return (bits & EXPONENT) != EXPONENT;
    }

    @Override
    public int scale() {
      return 0;
    }

    @Override
    public boolean convert(Values values, int i, NormalizedBlock out) {
      long bits = values.bits(i);
      out.value(bits, 0, null);
      return isFinite(bits);
    }
  }

  /** Whole numbers with a decimal scale and offset: (raw * factor + shift) / 10^scale, exact. */
  record Exact(boolean unsigned, long factor, long shift, int scale) implements Conversion {

    @Override
    public ValueType type() {
      return ValueType.DECIMAL;
    }

    @Override
    public boolean convert(Values values, int i, NormalizedBlock out) {
      long raw = values.bits(i);
      if ((unsigned && raw < 0) || Powers.overflows(raw, factor)) {
        return false;
      }
      long product = raw * factor;
      if (Powers.sumOverflows(product, shift)) {
        return false;
      }
      out.value(product + shift, scale, null);
      return true;
    }
  }

  /** Decimals that bring their own scale, with a decimal scale and offset; exact. */
  record RawDecimal(long factor, long shift, int common) implements Conversion {

    @Override
    public ValueType type() {
      return ValueType.DECIMAL;
    }

    @Override
    public int scale() {
      return common;
    }

    @Override
    public boolean convert(Values values, int i, NormalizedBlock out) {
      // raw / 10^own * factor / 10^common + shift / 10^common, over 10^(own + common)
      long raw = values.bits(i);
      int own = values.scale(i);
      if (own + common > Powers.MAX_SCALE
          || Powers.overflows(raw, factor)
          || Powers.overflows(shift, Powers.ofTen(own))) {
        return false;
      }
      long product = raw * factor;
      long shifted = shift * Powers.ofTen(own);
      if (Powers.sumOverflows(product, shifted)) {
        return false;
      }
      out.value(product + shifted, own + common, null);
      return true;
    }
  }

  /** Floats, and what has no exact result, with scale and offset in 64-bit floating point. */
  record Floating(ValueType raw, double factor, double shift) implements Conversion {

    @Override
    public ValueType type() {
      return ValueType.FLOAT64;
    }

    @Override
    public int scale() {
      return 0;
    }

    @Override
    public boolean convert(Values values, int i, NormalizedBlock out) {
      long bits = values.bits(i);
      double number =
          switch (raw) {
            case FLOAT32, FLOAT64 -> values.number(i);
            case DECIMAL -> Powers.toDouble(bits, values.scale(i));
            case UINT64 -> Powers.unsignedToDouble(bits);
            default -> bits;
          };
      double result = number * factor + shift;
      out.value(Double.doubleToRawLongBits(result), 0, null);
      return Double.isFinite(result);
    }
  }
}
