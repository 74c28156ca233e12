package dev.sluice.driver.modbus.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.driver.ValueType;
import dev.sluice.driver.Values;
import dev.sluice.driver.modbus.Seed;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class EncoderTest {

  private static final List<ValueType> NUMBERS =
      List.of(
          ValueType.INT16,
          ValueType.UINT16,
          ValueType.INT32,
          ValueType.UINT32,
          ValueType.INT64,
          ValueType.UINT64,
          ValueType.FLOAT32,
          ValueType.FLOAT64);

  private static Format format(ValueType type, WordOrder order) {
    return new Format(type, order, -1, Format.registers(type));
  }

  private static Values integer(long value) {
    return new Values.Builder(1).integer(0, value).build();
  }

  private static Values number(double value) {
    return new Values.Builder(1).number(0, value).build();
  }

  private static Values text(String value) {
    return new Values.Builder(1).text(0, value).build();
  }

  @ParameterizedTest
  @CsvSource({
    "ABCD, 42 f6 e9 79", // 123.456 as IEEE 754 single, a to d
    "CDAB, e9 79 42 f6",
    "BADC, f6 42 79 e9",
    "DCBA, 79 e9 f6 42",
  })
  void theOrderIsThatOfTheWire(WordOrder order, String wire) throws Encoder.DoesNotFit {
    byte[] bytes = Encoder.encode(format(ValueType.FLOAT32, order), number(123.456f), 0);

    assertThat(HexFormat.ofDelimiter(" ").formatHex(bytes)).isEqualTo(wire);
  }

  @ParameterizedTest
  @EnumSource(WordOrder.class)
  void whatIsReadIsWrittenAsTheSameBytes(WordOrder order) throws Encoder.DoesNotFit {
    var random = new Random(Seed.next());
    for (ValueType type : NUMBERS) {
      Format format = format(type, order);
      for (int i = 0; i < 1000; i++) {
        byte[] wire = new byte[2 * format.length()];
        random.nextBytes(wire);
        Values read = new Decoder.Builder(1).registers(format, 0).build().decode(wire, 0);
        if (read.isGood(0)) {
          assertThat(Encoder.encode(format, read, 0)).as("%s", type).isEqualTo(wire);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"ABCD, 53 4c 55 49 43 45 00 00", "BADC, 4c 53 49 55 45 43 00 00"})
  void textIsFilledUpWithZeros(WordOrder order, String wire) throws Encoder.DoesNotFit {
    byte[] bytes = Encoder.encode(new Format(ValueType.STRING, order, -1, 4), text("SLUICE"), 0);

    assertThat(HexFormat.ofDelimiter(" ").formatHex(bytes)).isEqualTo(wire);
  }

  @ParameterizedTest
  @CsvSource({
    "INT16, 32768, a whole number from -32768 to 32767",
    "UINT16, -1, a whole number from 0 to 65535",
    "INT32, 2147483648, a whole number from -2147483648 to 2147483647",
    "UINT32, 4294967296, a whole number from 0 to 4294967295",
  })
  void aNumberThatItsRegistersCannotHoldIsRefused(ValueType type, long value, String expected) {
    assertThatThrownBy(() -> Encoder.encode(format(type, WordOrder.ABCD), integer(value), 0))
        .isInstanceOf(Encoder.DoesNotFit.class)
        .hasMessage(value + ", expected " + expected);
  }

  @Test
  void whatIsNoNumberOrNoSingleIsRefused() {
    Format single = format(ValueType.FLOAT32, WordOrder.ABCD);
    assertThatThrownBy(() -> Encoder.encode(single, number(Double.NaN), 0))
        .hasMessageContaining("NaN");
    assertThatThrownBy(() -> Encoder.encode(single, number(1e39), 0))
        .hasMessageContaining("1.0E39, expected a number from -3.4028235E38");
  }

  @Test
  void textThatIsTooLongOrNotPrintableIsRefused() {
    var format = new Format(ValueType.STRING, WordOrder.ABCD, -1, 2);
    assertThatThrownBy(() -> Encoder.encode(format, text("12345"), 0))
        .hasMessage("\"12345\", expected at most 4 characters of printable ASCII");
    assertThatThrownBy(() -> Encoder.encode(format, text("a\u00e9"), 0))
        .hasMessageContaining("printable ASCII");
  }
}
