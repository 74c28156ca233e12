package dev.sluice.gateway.command;

import dev.sluice.driver.ValueType;
import dev.sluice.driver.Values;
import dev.sluice.gateway.acquire.PointDefinition;
import dev.sluice.gateway.acquire.PointRules;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Map;

/**
 * A value that somebody wants a point to have: from engineering units to the raw value that is
 * written, the way back from what the normalizer does. What does not come out exactly is refused
 * with the nearest values that would. Thread-safe.
 */
public final class WantedValue {

  private static final Map<String, Boolean> BOOLS =
      Map.of("true", true, "false", false, "1", true, "0", false, "on", true, "off", false);

  private static final int MAX_SCALE = 18;
  private static final int MAX_CHARS = 64;

  /** So many digits, or zeros around them, are no measurement and only cost time. */
  private static final int MAX_DIGITS = 400;

  private final PointDefinition point;
  private final Object value;

  /** The value as it was said. */
  private final String text;

  private WantedValue(PointDefinition point, Object value, String text) {
    this.point = point;
    this.value = value;
    this.text = text;
  }

  /**
   * The raw value, as a column of one.
   *
   * @param value in engineering units: {@link BigDecimal}, {@link Boolean} or {@link String}, as
   *     the type of the point wants it
   * @throws UnfitValueException naming what was found and what was expected
   */
  public static Values raw(PointDefinition point, Object value) throws UnfitValueException {
    return new WantedValue(point, value, inWords(value)).raw();
  }

  /**
   * The same for a value as a person writes it.
   *
   * @throws UnfitValueException naming what was found and what was expected
   */
  public static Values rawOfText(PointDefinition point, String text) throws UnfitValueException {
    Object value = text;
    if (point.type() == ValueType.BOOL) {
      Boolean bool = BOOLS.get(text);
      value = bool == null ? text : bool;
    } else if (point.type() != ValueType.STRING && text.length() <= MAX_CHARS) {
      try {
        value = new BigDecimal(text);
      } catch (NumberFormatException e) {
        value = text; // which is no number, as it will be told
      }
    }
    return new WantedValue(point, value, text).raw();
  }

  /** No longer than is good for a log; a huge number is not written out. */
  static String inWords(Object value) {
    String words = value instanceof BigDecimal number ? number.toString() : String.valueOf(value);
    return words.length() > MAX_CHARS ? words.substring(0, MAX_CHARS) + "…" : words;
  }

  private Values raw() throws UnfitValueException {
    var raw = new Values.Builder(1);
    ValueType type = point.type();
    switch (type) {
      case BOOL -> raw.integer(0, bool());
      case STRING -> raw.text(0, string());
      case FLOAT32, FLOAT64 -> raw.number(0, floating());
      case DECIMAL -> decimal(raw);
      default -> raw.integer(0, whole());
    }
    return raw.build();
  }

  private long bool() throws UnfitValueException {
    if (!(value instanceof Boolean bool)) {
      throw refused("true or false");
    }
    return bool ? 1 : 0;
  }

  private String string() throws UnfitValueException {
    if (!(value instanceof String string)) {
      throw refused("a text");
    }
    return string;
  }

  private BigDecimal number() throws UnfitValueException {
    if (!(value instanceof BigDecimal number)) {
      throw refused("a number such as 21.5");
    }
    PointRules rules = point.rules();
    BigDecimal min = rules.min();
    BigDecimal max = rules.max();
    if (Math.abs((long) number.scale()) > MAX_DIGITS
        || number.precision() > MAX_DIGITS
        || (min != null && number.compareTo(min) < 0)
        || (max != null && number.compareTo(max) > 0)) {
      throw refused(
          "a value from "
              + (min == null ? "any" : min.toPlainString())
              + " to "
              + (max == null ? "any" : max.toPlainString())
              + ", as min and max of the point say");
    }
    return number.subtract(rules.offset());
  }

  private double floating() throws UnfitValueException {
    double raw = number().doubleValue() / point.rules().scale().doubleValue();
    boolean fits =
        point.type() == ValueType.FLOAT32 ? Float.isFinite((float) raw) : Double.isFinite(raw);
    if (!fits) {
      throw refused("a value that a " + point.type().word() + " can hold");
    }
    return point.type() == ValueType.FLOAT32 ? (float) raw : raw;
  }

  private long whole() throws UnfitValueException {
    BigDecimal scale = point.rules().scale();
    BigDecimal number = number();
    BigDecimal[] parts = number.divideAndRemainder(scale);
    if (parts[1].signum() != 0) {
      BigDecimal below = number.divide(scale, 0, RoundingMode.FLOOR);
      throw refused(
          "a step of "
              + scale.abs().toPlainString()
              + ": "
              + engineering(below)
              + " or "
              + engineering(below.add(BigDecimal.ONE)));
    }
    BigInteger raw = parts[0].toBigInteger();
    BigInteger least = least(point.type());
    BigInteger most = most(point.type());
    if (raw.compareTo(least) < 0 || raw.compareTo(most) > 0) {
      String a = engineering(new BigDecimal(least));
      String b = engineering(new BigDecimal(most));
      boolean turned = scale.signum() < 0;
      throw refused(
          "a value from "
              + (turned ? b : a)
              + " to "
              + (turned ? a : b)
              + ", which is what a "
              + point.type().word()
              + " can hold");
    }
    return raw.longValue();
  }

  private String engineering(BigDecimal raw) {
    BigDecimal value = raw.multiply(point.rules().scale()).add(point.rules().offset());
    return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
  }

  private void decimal(Values.Builder into) throws UnfitValueException {
    BigDecimal number = number();
    try {
      BigDecimal raw = number.divide(point.rules().scale()).stripTrailingZeros();
      raw = raw.scale() < 0 ? raw.setScale(0) : raw;
      if (raw.scale() > MAX_SCALE) {
        throw refused("at most " + MAX_SCALE + " decimals");
      }
      into.decimal(0, raw.unscaledValue().longValueExact(), raw.scale());
    } catch (ArithmeticException e) {
      throw refused("a number of at most " + MAX_SCALE + " digits");
    }
  }

  private static BigInteger least(ValueType type) {
    return switch (type) {
      case INT16 -> BigInteger.valueOf(Short.MIN_VALUE);
      case INT32 -> BigInteger.valueOf(Integer.MIN_VALUE);
      case INT64 -> BigInteger.valueOf(Long.MIN_VALUE);
      default -> BigInteger.ZERO;
    };
  }

  private static BigInteger most(ValueType type) {
    return switch (type) {
      case INT16 -> BigInteger.valueOf(Short.MAX_VALUE);
      case UINT16 -> BigInteger.valueOf(0xffff);
      case INT32 -> BigInteger.valueOf(Integer.MAX_VALUE);
      case UINT32 -> BigInteger.valueOf(0xffff_ffffL);
      case INT64 -> BigInteger.valueOf(Long.MAX_VALUE);
      case UINT64 -> BigInteger.TWO.pow(64).subtract(BigInteger.ONE);
      default -> throw new IllegalStateException("BUG: " + type + " is no whole number");
    };
  }

  private UnfitValueException refused(String expected) {
    return new UnfitValueException(
        "value of " + point.name() + ": found \"" + inWords(text) + "\", expected " + expected);
  }
}
