package dev.sluice.driver.text;

import dev.sluice.driver.Quality;
import dev.sluice.driver.ValueType;
import dev.sluice.driver.Values;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A number as bytes, two's complement or IEEE 754. */
enum BinaryType {
  UINT8(1, ValueType.UINT16),
  INT8(1, ValueType.INT16),
  UINT16(2, ValueType.UINT16),
  INT16(2, ValueType.INT16),
  UINT32(4, ValueType.UINT32),
  INT32(4, ValueType.INT32),
  UINT64(8, ValueType.UINT64),
  INT64(8, ValueType.INT64),
  FLOAT32(4, ValueType.FLOAT32),
  FLOAT64(8, ValueType.FLOAT64);

  private final int width;
  private final ValueType valueType;

  BinaryType(int width, ValueType valueType) {
    this.width = width;
    this.valueType = valueType;
  }

  static List<String> words() {
    return Arrays.stream(values()).map(BinaryType::word).toList();
  }

  static BinaryType ofWord(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** How many bytes it takes. */
  int width() {
    return width;
  }

  ValueType valueType() {
    return valueType;
  }

  /** Sets a value from bytes that are there; one that is no number is marked as bad. */
  void read(Values.Builder values, int i, byte[] bytes, int offset, boolean little) {
    long bits = 0;
    for (int k = 0; k < width; k++) {
      int at = little ? offset + width - 1 - k : offset + k;
      bits = bits << 8 | (bytes[at] & 0xFF);
    }
    switch (this) {
      case UINT8, UINT16, UINT32, UINT64, INT64 -> values.integer(i, bits);
      case INT8, INT16, INT32 -> {
        int unused = Long.SIZE - Byte.SIZE * width;
        values.integer(i, bits << unused >> unused); // the sign goes all the way up
      }
      case FLOAT32 -> number(values, i, Float.intBitsToFloat((int) bits));
      case FLOAT64 -> number(values, i, Double.longBitsToDouble(bits));
    }
  }

  private static void number(Values.Builder values, int i, double number) {
    if (Double.isFinite(number)) {
      values.number(i, number);
    } else {
      values.bad(i, Quality.BAD_VALUE);
    }
  }
}
