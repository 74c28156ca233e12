package dev.sluice.driver.modbus.value;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.driver.ValueType;
import dev.sluice.driver.Values;
import java.util.Arrays;

/**
 * Any bytes in registers of any type: a value or a bad one, and what is good is written as read.
 */
class RegistersFuzzTest {

  private static final ValueType[] TYPES = {
    ValueType.INT16,
    ValueType.UINT16,
    ValueType.INT32,
    ValueType.UINT32,
    ValueType.INT64,
    ValueType.UINT64,
    ValueType.FLOAT32,
    ValueType.FLOAT64,
    ValueType.STRING,
    ValueType.BOOL
  };

  @FuzzTest(maxDuration = "5s")
  void registersAreValuesOrBad(byte[] input) throws Encoder.DoesNotFit {
    if (input.length < 5) {
      return;
    }
    Format format = format(input[0] & 0xFF, input[1] & 0xFF, input[2] & 0xFF);
    int start = input[3] & 7;
    byte[] data = Arrays.copyOfRange(input, 4, 4 + start + 2 * format.length() + 1);

    Values values = new Decoder.Builder(1).registers(format, 0).build().decode(data, start);

    if (values.size() != 1) {
      throw new AssertionError(values.size() + " values");
    }
    if (format.type() == ValueType.BOOL) {
      int word = (data[start] & 0xFF) << 8 | (data[start + 1] & 0xFF);
      if (values.bits(0) != ((word >> format.bit()) & 1)) {
        throw new AssertionError("bit " + format.bit() + " of " + word + " is " + values.bits(0));
      }
    } else if (values.isGood(0)) {
      byte[] written = Encoder.encode(format, values, 0);
      Values again = new Decoder.Builder(1).registers(format, 0).build().decode(written, 0);
      boolean same =
          format.type() == ValueType.STRING
              ? values.text(0).equals(again.text(0))
              : values.bits(0) == again.bits(0)
                  && Arrays.equals(written, 0, written.length, data, start, start + written.length);
      if (!same) {
        throw new AssertionError(format + ": " + Arrays.toString(data));
      }
    }
  }

  private static Format format(int kind, int order, int detail) {
    ValueType type = TYPES[kind % TYPES.length];
    WordOrder[] orders = WordOrder.values();
    return switch (type) {
      case STRING ->
          new Format(
              type, (order & 1) == 0 ? WordOrder.ABCD : WordOrder.BADC, -1, 1 + detail % 125);
      case BOOL -> new Format(type, WordOrder.ABCD, detail % 16, 1);
      case INT16, UINT16 -> new Format(type, WordOrder.ABCD, -1, 1);
      default -> new Format(type, orders[order % orders.length], -1, Format.registers(type));
    };
  }
}
