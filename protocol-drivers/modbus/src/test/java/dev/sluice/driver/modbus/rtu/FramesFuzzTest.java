package dev.sluice.driver.modbus.rtu;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.driver.modbus.codec.AnyRequest;
import dev.sluice.driver.modbus.codec.Request;
import dev.sluice.driver.serial.ReplyScanner.Verdict;
import java.util.Arrays;

/**
 * Any bytes in place of the reply on a bus: what is taken for it has the right unit, function and
 * check, the same bytes say the same however they are cut, and nothing throws.
 */
class FramesFuzzTest {

  /** Framing and echo, unit, kind, address and count of the request. */
  private static final int HEAD_BYTES = 5;

  private static final int MOST = 600;

  @FuzzTest(maxDuration = "5s")
  void bytesOnABusAreAReplyOrAreNot(byte[] input) {
    if (input.length < HEAD_BYTES) {
      return;
    }
    Framing framing = (input[0] & 1) == 0 ? Framing.RTU : Framing.ASCII;
    Echo echo = Echo.values()[((input[0] & 0xFF) >> 1) % Echo.values().length];
    int unit = 1 + (input[1] & 0xFF) % 247;
    Request request = AnyRequest.of(input[2] & 0xFF, input[3] & 0xFF, input[4] & 0xFF);
    byte[] bytes = Arrays.copyOfRange(input, HEAD_BYTES, Math.min(input.length, MOST));
    byte[] sent = framing.frame(unit, request);

    FrameScanner cut = framing.scanner(unit, request, sent, echo);
    Verdict verdict = Verdict.MORE;
    int length = 0;
    while (verdict == Verdict.MORE && length < bytes.length) {
      length++;
      verdict = cut.scan(bytes, length);
      if (verdict == Verdict.MORE) {
        isTrue(cut.missing() >= 1, "at least one byte is missing");
        cut.silence(bytes, length);
      }
    }
    FrameScanner whole = framing.scanner(unit, request, sent, echo);
    Verdict atOnce = whole.scan(bytes, length);
    isTrue(length == 0 || atOnce == verdict, "the same bytes say the same however they are cut");
    if (verdict == Verdict.COMPLETE || verdict == Verdict.TRAILED) {
      byte[] pdu = cut.pdu();
      isTrue(Arrays.equals(pdu, whole.pdu()), "the same reply however it was cut");
      isTrue(pdu.length >= 2 && pdu.length <= 253, "a PDU of " + pdu.length + " bytes");
      isTrue((pdu[0] & 0x7F) == request.function(), "the function that was asked for");
      isTrue(cut.skipped() >= 0, "bytes before the frame");
      isTrue(isFramed(framing, unit, pdu, bytes, length), "a frame with a right check");
    }
  }

  private static boolean isFramed(Framing framing, int unit, byte[] pdu, byte[] bytes, int length) {
    for (int at = 0; at < length; at++) {
      byte[] frame;
      if (framing == Framing.RTU) {
        byte[] body = new byte[pdu.length + 1];
        body[0] = (byte) unit;
        System.arraycopy(pdu, 0, body, 1, pdu.length);
        frame = PtySlave.withCrc(body);
      } else {
        frame = AsciiScanner.frame(unit, pdu);
      }
      if (at + frame.length <= length && isThere(frame, bytes, at)) {
        return true;
      }
    }
    return false;
  }

  /** Small letters of hexadecimal digits are as good as capital ones. */
  private static boolean isThere(byte[] frame, byte[] bytes, int at) {
    for (int i = 0; i < frame.length; i++) {
      if (frame[i] != bytes[at + i]
          && !(frame[i] >= 'A' && frame[i] <= 'F' && frame[i] + 32 == bytes[at + i])) {
        return false;
      }
    }
    return true;
  }

  private static void isTrue(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("not so: " + what);
    }
  }
}
