package dev.sluice.gateway.normalize;

import dev.sluice.driver.ValueType;
import dev.sluice.gateway.acquire.Deadband;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * Whether a value moved by more than its deadband from the last one sent. A move by just the
 * deadband is within it. Stateless.
 */
sealed interface Change {

  /**
   * Whether it moved beyond the deadband; bits by the type of the point.
   *
   * @param lastScale of a decimal, as {@code scale}
   */
  boolean beyond(long last, int lastScale, long bits, int scale);

  /** For values as a conversion yields them; null if every value is sent. Strings have none. */
  static @Nullable Change of(Conversion conversion, @Nullable Deadband deadband) {
    if (deadband == null) {
      return null;
    }
    ValueType type = conversion.type();
    if (type == ValueType.BOOL || type == ValueType.STRING) {
      return new Any();
    }
    if (deadband.percent()) {
      return new Percent(type, deadband.width());
    }
    if (type.isFloat()) {
      return new Absolute(deadband.width());
    }
    BigDecimal width = BigDecimal.valueOf(deadband.width());
    if (type != ValueType.DECIMAL || conversion instanceof Conversion.Exact) {
      long[] one = {unscaled(width, conversion.scale())};
      return new Exact(one, conversion.scale(), type == ValueType.UINT64);
    }
    var widths = new long[Powers.MAX_SCALE + 1];
    for (int scale = 0; scale <= Powers.MAX_SCALE; scale++) {
      widths[scale] = unscaled(width, scale);
    }
    return new Exact(widths, 0, false);
  }

  /** Whole differences beyond the width are those beyond its floor. */
  private static long unscaled(BigDecimal width, int scale) {
    BigInteger floor = width.setScale(scale, RoundingMode.FLOOR).unscaledValue();
    return floor.bitLength() > 64 ? -1 : floor.longValue();
  }

  /** Any difference. */
  record Any() implements Change {

    @Override
    public boolean beyond(long last, int lastScale, long bits, int scale) {
      return last != bits;
    }
  }

  /** Whole numbers and decimals by an absolute width, exact. */
  final class Exact implements Change {

    private final long[] widths; // unscaled and unsigned, by scale from the first one
    private final int firstScale;
    private final boolean unsigned;

    Exact(long[] widths, int firstScale, boolean unsigned) {
      this.widths = widths;
      this.firstScale = firstScale;
      this.unsigned = unsigned;
    }

    @Override
    public boolean beyond(long last, int lastScale, long bits, int scale) {
      int common = Math.max(lastScale, scale);
      long from = last;
      long to = bits;
      if (lastScale != scale) {
        long up = Powers.ofTen(Math.abs(lastScale - scale));
        if (Powers.overflows(lastScale < scale ? last : bits, up)) {
          return true;
        }
        from = lastScale < scale ? last * up : last;
        to = lastScale < scale ? bits : bits * up;
      }
      int order = unsigned ? Long.compareUnsigned(from, to) : Long.compare(from, to);
      long distance = order > 0 ? from - to : to - from; // right as an unsigned number
      return Long.compareUnsigned(distance, widths[common - firstScale]) > 0;
    }
  }

  /** Floats by an absolute width. */
  record Absolute(double width) implements Change {

    @Override
    public boolean beyond(long last, int lastScale, long bits, int scale) {
      return Math.abs(Double.longBitsToDouble(bits) - Double.longBitsToDouble(last)) > width;
    }
  }

  /** All numbers by percents of the last one sent, in floating point. */
  record Percent(ValueType type, double width) implements Change {

    @Override
    public boolean beyond(long last, int lastScale, long bits, int scale) {
      double from = number(last, lastScale);
      return Math.abs(number(bits, scale) - from) * 100 > Math.abs(from) * width;
    }

    private double number(long bits, int scale) {
      return switch (type) {
        case FLOAT32, FLOAT64 -> Double.longBitsToDouble(bits);
        case UINT64 -> Powers.unsignedToDouble(bits);
        case DECIMAL -> Powers.toDouble(bits, scale);
        default -> bits;
      };
    }
  }
}
