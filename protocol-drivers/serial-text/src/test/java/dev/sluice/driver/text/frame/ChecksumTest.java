package dev.sluice.driver.text.frame;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChecksumTest {

  private static Checksum of(ChecksumKind kind, boolean hex, boolean little) {
    return new Checksum(kind, 0, 0, 0, hex, little, null);
  }

  /** The check values of the catalogue of parametrised CRC algorithms, and sums by hand. */
  @ParameterizedTest
  @CsvSource({
    "sum8, DD",
    "lrc, 23",
    "xor, 31",
    "crc16-modbus, 4B37",
    "crc16-arc, BB3D",
    "crc16-ccitt-false, 29B1",
    "crc16-xmodem, 31C3",
    "crc16-kermit, 2189",
    "crc16-x25, 906E",
  })
  void eachKindGivesItsCheckValue(String word, String expected) {
    byte[] bytes = "123456789".getBytes(ISO_8859_1);
    byte[] written = of(ChecksumKind.ofWord(word), true, false).append(bytes);
    assertThat(new String(written, ISO_8859_1)).isEqualTo(expected);
  }

  @Test
  void theOrderOfTheBytesIsThatOfTheWire() {
    byte[] request = {1, 3, 0, 0, 0, 10};
    // The example of every Modbus text: ... C5 CD, low byte first.
    assertThat(of(ChecksumKind.CRC16_MODBUS, false, true).append(request))
        .containsExactly(0xC5, 0xCD);
    assertThat(of(ChecksumKind.CRC16_MODBUS, false, false).append(request))
        .containsExactly(0xCD, 0xC5);
  }

  @Test
  void oneFlippedBitAnywhereIsSeen() {
    for (ChecksumKind kind : ChecksumKind.values()) {
      for (boolean hex : new boolean[] {false, true}) {
        Checksum checksum = of(kind, hex, kind.usuallyLittle());
        byte[] frame = frame("ST,GS,+  12.345kg", checksum);
        assertThat(checksum.fault(frame, 0, frame.length)).as(kind.word()).isNull();
        for (int bit = 0; bit < (frame.length - checksum.width()) * 8; bit++) {
          frame[bit / 8] ^= (byte) (1 << bit % 8);
          assertThat(checksum.fault(frame, 0, frame.length))
              .as("%s, bit %s", kind.word(), bit)
              .contains("expected")
              .contains(kind.word());
          frame[bit / 8] ^= (byte) (1 << bit % 8);
        }
      }
    }
  }

  @Test
  void whatIsSkippedAndWhatStandsBeforeAndBehindItIsNotCovered() {
    var checksum = new Checksum(ChecksumKind.SUM8, 2, 1, 1, true, false, null);
    byte[] frame = "##ab*C3!".getBytes(ISO_8859_1);
    assertThat(checksum.fault(frame, 0, frame.length)).isNull();
    assertThat(checksum.contentEnd(frame, 0, frame.length)).isEqualTo(4);
    assertThat(checksum.fault("##ab*c3!".getBytes(ISO_8859_1), 0, 8)).as("small digits").isNull();
    assertThat(checksum.fault("##ab*C4!".getBytes(ISO_8859_1), 0, 8)).contains("C4").contains("C3");
  }

  @Test
  void aFrameTooShortForItsChecksumIsRefused() {
    for (ChecksumKind kind : ChecksumKind.values()) {
      var checksum = new Checksum(kind, 1, 1, 1, true, false, null);
      for (int length = 0; length < 3 + checksum.width(); length++) {
        assertThat(checksum.fault(new byte[length], 0, length)).as(kind.word()).isNotNull();
      }
    }
  }

  @Test
  void aSentenceMayLackItsChecksumButNotHaveAWrongOne() {
    assertThat(nmea("$GPGLL,4916.45,N,12311.12,W,225444,A,*1D")).isNull();
    assertThat(nmea("$GPGLL,4916.45,N,12311.12,W,225444,A,")).isNull();
    assertThat(nmea("$GPGLL,4916.46,N,12311.12,W,225444,A,*1D")).contains("1D").contains("1E");
    assertThat(nmea("$GPGLL,4916.45,N,12311.12,W,225444,A,*1")).isNotNull();
    assertThat(nmea("$GPGLL,4916.45,N,12311.12,W,225444,A,*")).isNotNull();
    assertThat(nmea("$GPGLL*4916.45,N,12311.12,W,225444,A,")).isNotNull();
  }

  private static String nmea(String sentence) {
    return Checksum.NMEA.fault(sentence.getBytes(ISO_8859_1), 0, sentence.length());
  }

  private static byte[] frame(String text, Checksum checksum) {
    byte[] bytes = text.getBytes(ISO_8859_1);
    byte[] sum = checksum.append(bytes);
    byte[] frame = java.util.Arrays.copyOf(bytes, bytes.length + sum.length);
    System.arraycopy(sum, 0, frame, bytes.length, sum.length);
    return frame;
  }
}
