package dev.sluice.driver.modbus.rtu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.modbus.Seed;
import dev.sluice.driver.modbus.codec.ReadRequest;
import dev.sluice.driver.modbus.codec.Table;
import dev.sluice.driver.serial.ReplyScanner.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FrameScannerTest {

  private static final int UNIT = 17;
  private static final ReadRequest THREE = new ReadRequest(Table.HOLDING, 107, 3);

  private static byte[] hex(String text) {
    return HexFormat.ofDelimiter(" ").parseHex(text);
  }

  private static FrameScanner scanner(Framing framing, Echo echo) {
    return framing.scanner(UNIT, THREE, framing.frame(UNIT, THREE), echo);
  }

  /** Application protocol, section 6.3, in the frames of the serial line guide. */
  private static byte[] reply(Framing framing) {
    byte[] pdu = hex("03 06 02 2b 00 00 00 64");
    byte[] body = new byte[pdu.length + 1];
    body[0] = UNIT;
    System.arraycopy(pdu, 0, body, 1, pdu.length);
    return framing == Framing.RTU ? PtySlave.withCrc(body) : AsciiScanner.frame(UNIT, pdu);
  }

  @Test
  void framesHaveTheBytesOfTheSpecification() {
    assertThat(Framing.RTU.frame(UNIT, THREE)).isEqualTo(hex("11 03 00 6b 00 03 76 87"));
    assertThat(new String(Framing.ASCII.frame(UNIT, THREE), StandardCharsets.US_ASCII))
        .isEqualTo(":1103006B00037E\r\n");
  }

  @ParameterizedTest
  @EnumSource
  void aReplyIsFoundHoweverItIsCut(Framing framing) {
    byte[] reply = reply(framing);
    FrameScanner scanner = scanner(framing, Echo.UNKNOWN);
    for (int length = 1; length < reply.length; length++) {
      assertThat(scanner.scan(reply, length)).as("after " + length).isEqualTo(Verdict.MORE);
      assertThat(scanner.missing()).isBetween(1, reply.length - length);
    }
    assertThat(scanner.scan(reply, reply.length)).isEqualTo(Verdict.COMPLETE);
    assertThat(scanner.pdu()).isEqualTo(hex("03 06 02 2b 00 00 00 64"));
  }

  @ParameterizedTest
  @EnumSource
  void noSingleDamagedBitIsEverAccepted(Framing framing) {
    byte[] reply = reply(framing);
    for (int bit = 0; bit < 8 * reply.length; bit++) {
      byte[] damaged = reply.clone();
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      FrameScanner scanner = scanner(framing, Echo.UNKNOWN);
      Verdict verdict = scanner.scan(damaged, damaged.length);
      // In ASCII the case of a digit means nothing, and is what bit 5 of a letter says.
      if (verdict != Verdict.MORE) {
        assertThat(framing).isEqualTo(Framing.ASCII);
        assertThat(new String(damaged, StandardCharsets.US_ASCII))
            .isEqualToIgnoringCase(new String(reply, StandardCharsets.US_ASCII));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void noiseInFrontIsSkippedAndBytesBehindAreTold(Framing framing) {
    var random = new Random(Seed.next());
    byte[] reply = reply(framing);
    for (int i = 0; i < 2_000; i++) {
      byte[] noise = new byte[random.nextInt(40)];
      random.nextBytes(noise);
      byte[] all = Arrays.copyOf(noise, noise.length + reply.length + 1);
      System.arraycopy(reply, 0, all, noise.length, reply.length);
      FrameScanner scanner = scanner(framing, Echo.UNKNOWN);
      assertThat(scanner.scan(all, all.length - 1)).isEqualTo(Verdict.COMPLETE);
      assertThat(scanner.skipped()).isEqualTo(noise.length);
      assertThat(scanner.scan(all, all.length)).isEqualTo(Verdict.TRAILED);
    }
  }

  @ParameterizedTest
  @EnumSource
  void theEchoOfTheRequestIsNotTheReply(Framing framing) {
    byte[] sent = framing.frame(UNIT, THREE);
    byte[] reply = reply(framing);
    byte[] both = Arrays.copyOf(sent, sent.length + reply.length);
    System.arraycopy(reply, 0, both, sent.length, reply.length);
    for (Echo echo : new Echo[] {Echo.UNKNOWN, Echo.YES}) {
      FrameScanner scanner = scanner(framing, echo);
      assertThat(scanner.scan(both, sent.length)).isEqualTo(Verdict.MORE);
      assertThat(scanner.scan(both, both.length)).isEqualTo(Verdict.COMPLETE);
      assertThat(scanner.echoed()).isTrue();
      assertThat(scanner.skipped()).isZero();
    }
  }

  @Test
  void anExceptionIsAReply() {
    byte[] exception = PtySlave.withCrc(new byte[] {UNIT, (byte) 0x83, 2});
    FrameScanner scanner = scanner(Framing.RTU, Echo.UNKNOWN);

    assertThat(scanner.scan(exception, exception.length)).isEqualTo(Verdict.COMPLETE);
    assertThat(scanner.pdu()).isEqualTo(hex("83 02"));
  }

  @Test
  void theReplyOfAnotherUnitIsWaitedThrough() {
    byte[] other = PtySlave.withCrc(new byte[] {18, 3, 6, 1, 2, 3, 4, 5, 6});
    FrameScanner scanner = scanner(Framing.RTU, Echo.UNKNOWN);

    assertThat(scanner.scan(other, other.length)).isEqualTo(Verdict.MORE);
    assertThat(scanner.silence(other, other.length)).isEqualTo(Verdict.MORE);
  }

  /** A late reply to another request, and then nothing for a while: ours may still come. */
  @ParameterizedTest
  @EnumSource
  void aWholeFrameThatAnswersSomethingElseIsNoDamage(Framing framing) {
    byte[] pdu = hex("01 06 01 02 03 04 05 06"); // as long as the reply
    byte[] body = new byte[pdu.length + 1];
    body[0] = UNIT;
    System.arraycopy(pdu, 0, body, 1, pdu.length);
    byte[] late = framing == Framing.RTU ? PtySlave.withCrc(body) : AsciiScanner.frame(UNIT, pdu);
    FrameScanner scanner = scanner(framing, Echo.UNKNOWN);

    assertThat(scanner.scan(late, late.length)).isEqualTo(Verdict.MORE);
    assertThat(scanner.silence(late, late.length)).isEqualTo(Verdict.MORE);

    late[late.length - 5] ^= 1;
    assertThat(scanner.scan(late, late.length)).isEqualTo(Verdict.MORE);
    assertThat(scanner.silence(late, late.length)).as("damaged").isEqualTo(Verdict.DAMAGED);
  }
}
