package dev.sluice.driver.modbus.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.driver.PollException;
import dev.sluice.driver.PollFailure;
import dev.sluice.driver.Quality;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Golden bytes from the examples of the application protocol specification, sections 6.1 to 6.4.
 */
class ReadRequestTest {

  private static final HexFormat HEX = HexFormat.ofDelimiter(" ");

  @ParameterizedTest
  @CsvSource({
    "COIL, 19, 19, 01 00 13 00 13",
    "DISCRETE, 196, 22, 02 00 C4 00 16",
    "HOLDING, 107, 3, 03 00 6B 00 03",
    "INPUT, 8, 1, 04 00 08 00 01",
    "HOLDING, 65411, 125, 03 FF 83 00 7D",
    "COIL, 63536, 2000, 01 F8 30 07 D0"
  })
  void requestsAreTheBytesOfTheSpecification(Table table, int address, int count, String hex) {
    byte[] bytes = new byte[9];

    new ReadRequest(table, address, count).write(bytes, 2);

    assertThat(HEX.withUpperCase().formatHex(bytes)).isEqualTo("00 00 " + hex + " 00 00");
  }

  @ParameterizedTest
  @CsvSource({
    "COIL, 19, 19, 01 03 CD 6B 05",
    "DISCRETE, 196, 22, 02 03 AC DB 35",
    "HOLDING, 107, 3, 03 06 02 2B 00 00 00 64",
    "INPUT, 8, 1, 04 02 00 0A"
  })
  void theDataOfAReplyIsFoundWhereverItStands(Table table, int address, int count, String hex)
      throws PollException {
    byte[] reply = HEX.parseHex("FF FF FF " + hex + " FF");

    int at = new ReadRequest(table, address, count).dataOffset(reply, 3, reply.length - 4);

    assertThat(at).isEqualTo(5);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                         | an empty reply",
        "03                         | without a byte count",
        "83                         | an exception of 1 bytes",
        "83 02 00                   | an exception of 3 bytes",
        "84 02                      | function 132, expected 3",
        "04 06 00 00 00 00 00 00    | function 4, expected 3",
        "00 06 00 00 00 00 00 00    | function 0, expected 3",
        "03 05 00 00 00 00 00       | byte count 5, expected 6",
        "03 05 00 00 00 00 00 00    | byte count 5, expected 6",
        "03 FE 00 00 00 00 00 00    | byte count 254, expected 6",
        "03 06 00 00 00 00 00       | a PDU of 7 bytes, expected 8",
        "03 06 00 00 00 00 00 00 00 | a PDU of 9 bytes, expected 8",
      })
  void aReplyThatDoesNotAnswerIsRefusedWithItsBytes(String hex, String words) {
    byte[] reply = hex.isEmpty() ? new byte[0] : HEX.parseHex(hex);

    PollException refused =
        catchThrowableOfType(
            PollException.class,
            () -> new ReadRequest(Table.HOLDING, 107, 3).dataOffset(reply, 0, reply.length));

    assertThat(refused.failure()).isEqualTo(PollFailure.BAD_REPLY);
    assertThat(refused.quality()).isEqualTo(Quality.BAD_REPLY);
    assertThat(refused)
        .hasMessageContaining(words)
        .hasMessageContaining("fc3 107..109")
        .hasMessageContaining("[" + hex.toLowerCase(java.util.Locale.ROOT) + "]");
  }

  /** Section 7. Every code has its own quality, so that the owner sees what the device said. */
  @ParameterizedTest
  @CsvSource({
    "1, ILLEGAL_FUNCTION, REJECTED",
    "2, ILLEGAL_ADDRESS, REJECTED",
    "3, ILLEGAL_VALUE, REJECTED",
    "4, DEVICE_FAILURE, REJECTED",
    "5, ACKNOWLEDGED, BUSY",
    "6, BUSY, BUSY",
    "7, UNKNOWN_ERROR, REJECTED",
    "8, MEMORY_PARITY, REJECTED",
    "10, GATEWAY_PATH, UNREACHABLE",
    "11, GATEWAY_TARGET, UNREACHABLE",
    "0, UNKNOWN_ERROR, REJECTED",
    "255, UNKNOWN_ERROR, REJECTED"
  })
  void everyExceptionCodeHasItsQuality(int code, Quality quality, PollFailure failure) {
    for (Table table : Table.values()) {
      byte[] reply = {(byte) (0x80 + table.readFunction()), (byte) code};

      PollException refused =
          catchThrowableOfType(
              PollException.class, () -> new ReadRequest(table, 7, 1).dataOffset(reply, 0, 2));

      assertThat(refused.quality()).isEqualTo(quality);
      assertThat(refused.failure()).isEqualTo(failure);
      assertThat(refused)
          .hasMessageStartingWith(String.format(java.util.Locale.ROOT, "exception %02X", code))
          .hasMessageEndingWith("to fc" + table.readFunction() + " 7");
    }
  }

  @Test
  void aLongBadReplyIsShownInPart() {
    byte[] reply = new byte[253];
    reply[0] = 4;

    assertThatThrownBy(() -> new ReadRequest(Table.HOLDING, 0, 1).dataOffset(reply, 0, 253))
        .hasMessageEndingWith(" ...]")
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(150));
  }

  @ParameterizedTest
  @EnumSource(Table.class)
  void limitsOfTheProtocolAreHeld(Table table) {
    int most = table.bits() ? 2000 : 125;

    assertThat(new ReadRequest(table, 0, most).dataBytes()).isEqualTo(250);
    assertThat(new ReadRequest(table, 65_536 - most, most)).isNotNull();
    assertThatThrownBy(() -> new ReadRequest(table, 0, most + 1)).hasMessageStartingWith("BUG");
    assertThatThrownBy(() -> new ReadRequest(table, 0, 0)).hasMessageStartingWith("BUG");
    assertThatThrownBy(() -> new ReadRequest(table, -1, 1)).hasMessageStartingWith("BUG");
    assertThatThrownBy(() -> new ReadRequest(table, 65_537 - most, most))
        .hasMessageStartingWith("BUG");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 8, 9, 16, 17})
  void bitsFillWholeBytes(int count) {
    int expected = (int) Math.ceil(count / 8.0);

    assertThat(new ReadRequest(Table.COIL, 3, count).dataBytes()).isEqualTo(expected);
  }
}
