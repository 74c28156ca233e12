package dev.sluice.gateway.cli;

import dev.sluice.driver.ValueType;
import java.math.BigDecimal;
import java.math.BigInteger;

/** A value of a point, from the bits that stand for it. */
final class RawValue {

  private static final double LEAST = 1e-6;
  private static final double MOST = 1e9;

  private RawValue() {}

  /** As a bool, a number or a text; exact. */
  static Object of(ValueType type, long bits, int scale, String text) {
    return switch (type) {
      case BOOL -> bits != 0;
      case INT16, UINT16, INT32, UINT32, INT64 -> bits;
      case UINT64 -> new BigInteger(Long.toUnsignedString(bits));
      case FLOAT32 -> (float) Double.longBitsToDouble(bits);
      case FLOAT64 -> Double.longBitsToDouble(bits);
      case DECIMAL -> BigDecimal.valueOf(bits, scale);
      case STRING -> text;
    };
  }

  /** For people, on one line. */
  static String words(Object value) {
    if (value instanceof BigDecimal decimal) {
      return decimal.toPlainString();
    }
    if (!(value instanceof String text)) {
      return value.toString();
    }
    var printable = new StringBuilder("\"");
    text.codePoints()
        .forEach(
            c -> {
              if (Character.isISOControl(c)) {
                printable.append(String.format("\\u%04x", c));
              } else {
                printable.appendCodePoint(c);
              }
            });
    return printable.append('"').toString();
  }

  /** As JSON can have it: it knows no NaN and no infinity. */
  static Object json(Object value) {
    boolean number =
        (value instanceof Float f && !Float.isFinite(f))
            || (value instanceof Double d && !Double.isFinite(d));
    return number ? value.toString() : value;
  }

  /** Whether a guess has come out as something that a device would hardly say. */
  static boolean isUnlikely(Object value) {
    if (value instanceof String text) {
      return text.isEmpty() || text.codePoints().anyMatch(Character::isISOControl);
    }
    if (!(value instanceof Float || value instanceof Double)) {
      return false;
    }
    double size = Math.abs(((Number) value).doubleValue());
    return !Double.isFinite(size) || (size != 0 && (size < LEAST || size > MOST));
  }
}
