package dev.sluice.gateway.uplink.thingsboard;

import dev.sluice.gateway.batch.Column;
import dev.sluice.gateway.uplink.connector.Tokens;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;

/**
 * Values as the server keeps them as what they are. It reads a number as a decimal: one with a
 * fraction of more than 16 digits becomes text, one without a fraction is an integer of 64 bits, or
 * an error. A point without an exponent makes any number a double.
 */
final class Numbers {

  private static final int MAX_DECIMALS = 16;

  /** From here to {@link #PLAIN} the shortest form of a double has no more decimals than that. */
  private static final double SHORT = 1;

  /** Below this floats are written without an exponent. */
  private static final double PLAIN = 1e7;

  private static final double SHORT_FLOAT = 1e-3;

  private Numbers() {}

  /** A value of any type but string; floats are finite. */
  static void write(Tokens to, Column of, long bits) {
    switch (of.type()) {
      case BOOL -> to.bool(bits != 0);
      case INT16, UINT16, INT32, UINT32, INT64 -> to.integer(bits);
      case UINT64 -> unsigned(to, bits);
      case FLOAT32 -> float32(to, (float) Double.longBitsToDouble(bits));
      case FLOAT64 -> float64(to, Double.longBitsToDouble(bits));
      case DECIMAL -> decimal(to, bits, of.scale());
      case STRING -> throw new IllegalStateException("BUG: bits of string " + of.name());
    }
  }

  /** Beyond the server's integers all digits are kept as text: a double would lose some. */
  private static void unsigned(Tokens to, long value) {
    if (value < 0) {
      to.text(Long.toUnsignedString(value));
    } else {
      to.integer(value);
    }
  }

  private static void decimal(Tokens to, long unscaled, int scale) {
    if (scale > MAX_DECIMALS) {
      plain(to, BigDecimal.valueOf(unscaled, scale));
    } else {
      to.decimal(unscaled, scale);
    }
  }

  private static void float32(Tokens to, float value) {
    double magnitude = Math.abs((double) value);
    if (value == 0 || (magnitude >= SHORT_FLOAT && magnitude < PLAIN)) {
      to.float32(value);
    } else {
      plain(to, new BigDecimal(Float.toString(value)));
    }
  }

  private static void float64(Tokens to, double value) {
    double magnitude = Math.abs(value);
    if (value == 0 || (magnitude >= SHORT && magnitude < PLAIN)) {
      to.float64(value);
    } else {
      plain(to, BigDecimal.valueOf(value));
    }
  }

  /** With a point and without an exponent; what is smaller than the last decimal is rounded. */
  private static void plain(Tokens to, BigDecimal value) {
    BigDecimal kept = value.stripTrailingZeros();
    if (kept.scale() > MAX_DECIMALS) {
      kept = kept.setScale(MAX_DECIMALS, RoundingMode.HALF_EVEN).stripTrailingZeros();
    }
    if (kept.scale() < 1) {
      kept = kept.setScale(1);
    }
    to.raw(kept.toPlainString().getBytes(StandardCharsets.US_ASCII));
  }
}
