package dev.sluice.driver.text;

import dev.sluice.driver.Quality;
import dev.sluice.driver.ValueType;
import dev.sluice.driver.Values;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the text of a point is. */
enum FieldType {
  /** An exact decimal; keeps its decimals: {@code 230.10} has two. */
  DECIMAL(ValueType.DECIMAL) {
    @Override
    boolean put(Values.Builder values, int i, String text) {
      BigDecimal number = number(text);
      number = number == null ? null : fitting(number);
      if (number != null) {
        values.decimal(i, number.unscaledValue().longValue(), number.scale());
      }
      return number != null;
    }
  },
  FLOAT64(ValueType.FLOAT64) {
    @Override
    boolean put(Values.Builder values, int i, String text) {
      BigDecimal number = number(text);
      double value = number == null ? Double.NaN : number.doubleValue();
      values.number(i, value);
      return Double.isFinite(value);
    }
  },
  INT64(ValueType.INT64) {
    @Override
    boolean put(Values.Builder values, int i, String text) {
      BigDecimal number = number(text);
      number = number == null || number.scale() != 0 ? null : fitting(number);
      if (number != null) {
        values.integer(i, number.longValue());
      }
      return number != null;
    }
  },
  STRING(ValueType.STRING) {
    @Override
    boolean put(Values.Builder values, int i, String text) {
      values.text(i, text);
      return text.indexOf(NOT_UTF8) < 0;
    }
  };

  static final String WORDS =
      Arrays.stream(values()).map(type -> type.valueType.word()).collect(Collectors.joining(", "));

  private static final int MAX_SCALE = 18;
  private static final int MAX_DIGITS = 64;
  private static final char NOT_UTF8 = '\ufffd';

  private final ValueType valueType;

  FieldType(ValueType valueType) {
    this.valueType = valueType;
  }

  ValueType valueType() {
    return valueType;
  }

  static Optional<FieldType> ofWord(String word) {
    return Arrays.stream(values()).filter(type -> type.valueType.word().equals(word)).findFirst();
  }

  /** The type of a point's key {@code type}; decimal if there is none. */
  static FieldType read(SettingsReader point) {
    String word = point.text("type", DECIMAL.valueType.word());
    Optional<FieldType> type = ofWord(word);
    if (type.isEmpty()) {
      point.problem("type", "one of " + WORDS, "");
    }
    return type.orElse(STRING);
  }

  /** Sets a value; one that the text does not give is marked as bad. */
  final void read(Values.Builder values, int i, @Nullable String text) {
    if (text == null || !put(values, i, text)) {
      values.bad(i, Quality.BAD_VALUE);
    }
  }

  /** Sets a value; false if the text does not give one. */
  abstract boolean put(Values.Builder values, int i, String text);

  /** A number as devices write it: padded with blanks, also after the sign. */
  private static @Nullable BigDecimal number(String text) {
    String digits = text.strip();
    String sign = "";
    if (!digits.isEmpty() && (digits.charAt(0) == '-' || digits.charAt(0) == '+')) {
      sign = digits.substring(0, 1);
      digits = digits.substring(1).strip();
    }
    if (digits.isEmpty() || digits.length() > MAX_DIGITS || !isDigitOrPoint(digits.charAt(0))) {
      return null;
    }
    try {
      return new BigDecimal(sign + digits);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static boolean isDigitOrPoint(char c) {
    return (c >= '0' && c <= '9') || c == '.';
  }

  /** The same number with 0 to 18 decimals and an unscaled value of 64 bits, if there is one. */
  private static @Nullable BigDecimal fitting(BigDecimal number) {
    BigDecimal fitting = number;
    if (fitting.signum() == 0) {
      fitting = BigDecimal.ZERO.setScale(Math.max(0, Math.min(number.scale(), MAX_SCALE)));
    } else if (fitting.scale() > MAX_SCALE) {
      fitting = fitting.stripTrailingZeros();
    }
    if (fitting.scale() < 0 && fitting.scale() >= -MAX_SCALE) {
      fitting = fitting.setScale(0);
    }
    boolean fits =
        fitting.scale() >= 0
            && fitting.scale() <= MAX_SCALE
            && fitting.unscaledValue().bitLength() < Long.SIZE;
    return fits ? fitting : null;
  }
}
