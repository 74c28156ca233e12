package dev.sluice.gateway.cli;

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
 * written. What does not come out exactly is refused with the nearest values that would.
 */
final class WantedValue {

  private static final Map<String, Long> BOOLS =
      Map.of("true", 1L, "false", 0L, "1", 1L, "0", 0L, "on", 1L, "off", 0L);

  private static final int MAX_SCALE = 18;
  private static final int MAX_CHARS = 64;

  private final PointDefinition point;
  private final String text;

  private WantedValue(PointDefinition point, String text) {
    this.point = point;
    this.text = text;
  }

  /** The raw value, as a column of one. */
  static Values raw(PointDefinition point, String text) throws CommandException {
    return new WantedValue(point, text).raw();
  }

  private Values raw() throws CommandException {
    var raw = new Values.Builder(1);
    ValueType type = point.type();
    switch (type) {
      case BOOL -> raw.integer(0, bool());
      case STRING -> raw.text(0, text);
      case FLOAT32, FLOAT64 -> raw.number(0, floating());
      case DECIMAL -> decimal(raw);
      default -> raw.integer(0, whole());
    }
    return raw.build();
  }

  private long bool() throws CommandException {
    Long bool = BOOLS.get(text);
    if (bool == null) {
      throw refused("true or false");
    }
    return bool;
  }

  private BigDecimal number() throws CommandException {
    BigDecimal number;
    try {
      if (text.length() > MAX_CHARS) {
        throw refused("a number");
      }
      number = new BigDecimal(text);
    } catch (NumberFormatException e) {
      throw refused("a number such as 21.5");
    }
    PointRules rules = point.rules();
    BigDecimal min = rules.min();
    BigDecimal max = rules.max();
    if (Math.abs((long) number.scale()) > 400
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

  private double floating() throws CommandException {
    double raw = number().doubleValue() / point.rules().scale().doubleValue();
    boolean fits =
        point.type() == ValueType.FLOAT32 ? Float.isFinite((float) raw) : Double.isFinite(raw);
    if (!fits) {
      throw refused("a value that a " + point.type().word() + " can hold");
    }
    return point.type() == ValueType.FLOAT32 ? (float) raw : raw;
  }

  private long whole() throws CommandException {
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

  private void decimal(Values.Builder into) throws CommandException {
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

  private CommandException refused(String expected) {
    String found = text.length() > MAX_CHARS ? text.substring(0, MAX_CHARS) + "…" : text;
    return CommandException.refused(
        "value of " + point.name() + ": found \"" + found + "\", expected " + expected);
  }
}
