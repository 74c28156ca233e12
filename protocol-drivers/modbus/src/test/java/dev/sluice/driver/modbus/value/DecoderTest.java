package dev.sluice.driver.modbus.value;

import static org.assertj.core.api.Assertions.assertThat;

import com.ghgande.j2mod.modbus.util.ModbusUtil;
import dev.sluice.driver.Quality;
import dev.sluice.driver.ValueType;
import dev.sluice.driver.Values;
import dev.sluice.driver.modbus.Seed;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecoderTest {

  /** Bytes before and behind the data, so that a wrong offset shows. */
  private static final int MARGIN = 3;

  private static final long[] EDGES = {
    0,
    1,
    -1,
    0x7F,
    0x80,
    0xFF,
    0x7FFF,
    0x8000,
    0xFFFF,
    0x7FFF_FFFFL,
    0x8000_0000L,
    0xFFFF_FFFFL,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    0x0102_0304_0506_0708L
  };

  /** Where the bytes of a number stand on the wire, spelled out: the oracle of the orders. */
  private static String wire(WordOrder order, int bytes) {
    return switch (bytes) {
      case 2 -> "AB";
      case 4 -> order.name();
      default ->
          switch (order) {
            case ABCD -> "ABCDEFGH";
            case CDAB -> "GHEFCDAB";
            case BADC -> "BADCFEHG";
            case DCBA -> "HGFEDCBA";
          };
    };
  }

  private static byte[] onTheWire(byte[] bigEndian, WordOrder order) {
    String letters = wire(order, bigEndian.length);
    byte[] wire = new byte[bigEndian.length];
    for (int i = 0; i < wire.length; i++) {
      wire[i] = bigEndian[letters.charAt(i) - 'A'];
    }
    return wire;
  }

  private static Values decode(Format format, byte[] data) {
    return decode(new Decoder.Builder(1).registers(format, 0).build(), data);
  }

  private static Values decode(Decoder decoder, byte[] data) {
    byte[] framed = new byte[data.length + 2 * MARGIN];
    java.util.Arrays.fill(framed, (byte) 0xA5);
    System.arraycopy(data, 0, framed, MARGIN, data.length);
    return decoder.decode(framed, MARGIN);
  }

  private static long integer(ValueType type, WordOrder order, byte[] bigEndian) {
    Values values =
        decode(new Format(type, order, -1, bigEndian.length / 2), onTheWire(bigEndian, order));
    assertThat(values.allGood()).isTrue();
    return values.bits(0);
  }

  @ParameterizedTest
  @EnumSource(WordOrder.class)
  void integersComeBackInEveryOrder(WordOrder order) {
    var random = new Random(Seed.next());
    for (int i = 0; i < Seed.count(2000, 100_000); i++) {
      long x = i < EDGES.length ? EDGES[i] : random.nextLong();
      byte[] two = ByteBuffer.allocate(2).putShort((short) x).array();
      byte[] four = ByteBuffer.allocate(4).putInt((int) x).array();
      byte[] eight = ByteBuffer.allocate(8).putLong(x).array();

      assertThat(integer(ValueType.INT16, WordOrder.ABCD, two)).isEqualTo((short) x);
      assertThat(integer(ValueType.UINT16, WordOrder.ABCD, two))
          .isEqualTo(Short.toUnsignedLong((short) x));
      assertThat(integer(ValueType.INT32, order, four)).isEqualTo((int) x);
      assertThat(integer(ValueType.UINT32, order, four)).isEqualTo(Integer.toUnsignedLong((int) x));
      assertThat(integer(ValueType.INT64, order, eight)).isEqualTo(x);
      assertThat(integer(ValueType.UINT64, order, eight)).isEqualTo(x);
    }
  }

  @ParameterizedTest
  @EnumSource(WordOrder.class)
  void floatsComeBackInEveryOrderAndWhatIsNoNumberIsBad(WordOrder order) {
    var random = new Random(Seed.next());
    float[] edges = {
      0f,
      -0f,
      230.1f,
      Float.MIN_VALUE,
      Float.MAX_VALUE,
      Float.NaN,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      Float.intBitsToFloat(0xFFFF_FFFF)
    };
    for (int i = 0; i < Seed.count(2000, 100_000); i++) {
      float single = i < edges.length ? edges[i] : Float.intBitsToFloat(random.nextInt());
      double twice = i < edges.length ? edges[i] : Double.longBitsToDouble(random.nextLong());

      isNumberOrBad(
          decode(
              new Format(ValueType.FLOAT32, order, -1, 2),
              onTheWire(ByteBuffer.allocate(4).putFloat(single).array(), order)),
          single);
      isNumberOrBad(
          decode(
              new Format(ValueType.FLOAT64, order, -1, 4),
              onTheWire(ByteBuffer.allocate(8).putDouble(twice).array(), order)),
          twice);
    }
  }

  private static void isNumberOrBad(Values values, double expected) {
    if (Double.isNaN(expected) || Double.isInfinite(expected)) {
      assertThat(values.quality(0)).isEqualTo(Quality.BAD_VALUE);
    } else {
      assertThat(values.quality(0)).isEqualTo(Quality.GOOD);
      assertThat(values.bits(0)).isEqualTo(Double.doubleToRawLongBits(expected));
    }
  }

  @Test
  void j2modReadsTheSameNumbersFromTheSameRegisters() {
    var random = new Random(Seed.next());
    for (int i = 0; i < Seed.count(2000, 100_000); i++) {
      byte[] data = new byte[8];
      random.nextBytes(data);

      assertThat(decode(new Format(ValueType.INT16, WordOrder.ABCD, -1, 1), data).bits(0))
          .isEqualTo(ModbusUtil.registerToShort(data));
      assertThat(decode(new Format(ValueType.UINT16, WordOrder.ABCD, -1, 1), data).bits(0))
          .isEqualTo(ModbusUtil.registerToUnsignedShort(data));
      assertThat(decode(new Format(ValueType.INT32, WordOrder.ABCD, -1, 2), data).bits(0))
          .isEqualTo(ModbusUtil.registersToInt(data));
      assertThat(decode(new Format(ValueType.INT64, WordOrder.ABCD, -1, 4), data).bits(0))
          .isEqualTo(ModbusUtil.registersToLong(data));
      isNumberOrBad(
          decode(new Format(ValueType.FLOAT32, WordOrder.ABCD, -1, 2), data),
          ModbusUtil.registersToFloat(data));
      isNumberOrBad(
          decode(new Format(ValueType.FLOAT64, WordOrder.ABCD, -1, 4), data),
          ModbusUtil.registersToDouble(data));
    }
  }

  @Test
  void everyBitOfARegisterIsItsOwnBool() {
    for (int set = 0; set < 16; set++) {
      byte[] data = ByteBuffer.allocate(2).putShort((short) (1 << set)).array();
      for (int bit = 0; bit < 16; bit++) {
        Values values = decode(new Format(ValueType.BOOL, WordOrder.ABCD, bit, 1), data);

        assertThat(values.bits(0)).as("bit %d of 1 << %d", bit, set).isEqualTo(bit == set ? 1 : 0);
      }
    }
  }

  /** Section 6.1: coils 20 to 38 as CD 6B 05, the lowest address in the lowest bit. */
  @Test
  void coilsStandAsInTheSpecification() {
    var builder = new Decoder.Builder(19);
    for (int i = 0; i < 19; i++) {
      builder.bit(i);
    }

    Values values = decode(builder.build(), new byte[] {(byte) 0xCD, 0x6B, 0x05});

    var read = new StringBuilder();
    for (int i = 18; i >= 0; i--) {
      read.append(values.bits(i));
    }
    assertThat(read).hasToString("101" + "01101011" + "11001101");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {"AB12|AB12", "A   |A", " A  | A", "A B |A B", "A\0\0\0|A", "A\0 \0|A", "    |''"})
  void textLosesTheFillingAtItsEndOnly(String onTheWire, String expected) {
    byte[] data = onTheWire.getBytes(StandardCharsets.US_ASCII);
    byte[] swapped = {data[1], data[0], data[3], data[2]};

    Values plain = decode(new Format(ValueType.STRING, WordOrder.ABCD, -1, 2), data);
    Values unswapped = decode(new Format(ValueType.STRING, WordOrder.BADC, -1, 2), swapped);

    assertThat(plain.allGood()).isTrue();
    assertThat(plain.text(0)).isEqualTo(expected);
    assertThat(unswapped.text(0)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(ints = {0x00, 0x01, 0x0A, 0x1F, 0x7F, 0x80, 0xE4, 0xFF})
  void textWithAByteThatIsNoPrintableAsciiIsBad(int bad) {
    byte[] data = {'A', (byte) bad, 'B', 'C'};

    Values values = decode(new Format(ValueType.STRING, WordOrder.ABCD, -1, 2), data);

    assertThat(values.quality(0)).isEqualTo(Quality.BAD_VALUE);
    assertThat(values.text(0)).isEmpty();
  }

  @Test
  void oneBadValueLeavesItsNeighboursGood() {
    byte[] data = ByteBuffer.allocate(8).putShort((short) 7).putFloat(Float.NaN).array();
    Decoder decoder =
        new Decoder.Builder(3)
            .registers(new Format(ValueType.INT16, WordOrder.ABCD, -1, 1), 0)
            .registers(new Format(ValueType.FLOAT32, WordOrder.ABCD, -1, 2), 1)
            .registers(new Format(ValueType.UINT16, WordOrder.ABCD, -1, 1), 3)
            .build();

    Values values = decode(decoder, data);

    assertThat(values.isGood(0)).isTrue();
    assertThat(values.bits(0)).isEqualTo(7);
    assertThat(values.quality(1)).isEqualTo(Quality.BAD_VALUE);
    assertThat(values.isGood(2)).isTrue();
  }
}
