package dev.sluice.driver.modbus.rtu;

import dev.sluice.driver.modbus.codec.Request;
import dev.sluice.driver.serial.ReplyScanner;
import java.util.Arrays;

/** Finds the frame that answers a request; after that it tells what it found. */
sealed interface FrameScanner extends ReplyScanner permits RtuScanner, AsciiScanner {

  /** The PDU of the reply; only after COMPLETE or TRAILED. Not to be changed. */
  byte[] pdu();

  /** Whether our own request came back before the reply. */
  boolean echoed();

  /**
   * After DAMAGED: whether what came can only have been the reply, of the right unit, function and
   * length. Else it may have been noise, and the reply is still to come.
   */
  boolean wasTheReply();

  /** Where the reply begins; only after COMPLETE or TRAILED. */
  int frameAt();

  /** How many bytes stand before the reply that are neither it nor an echo. */
  int skipped();

  /**
   * Where to look for the reply, behind the echo of our own request.
   *
   * @param sent the frame of the request
   * @return the first byte that can be part of the reply; -1 while the echo has not come whole and
   *     would look like the reply
   */
  static int afterEcho(byte[] bytes, int length, byte[] sent, Request request, Echo echo) {
    if (echo == Echo.NO) {
      return 0;
    }
    // A confirmation that equals its request is told from the echo by being the second one.
    boolean alike = isAnsweredByItself(request);
    if (echo == Echo.UNKNOWN) {
      return !alike && startsWith(bytes, 0, length, sent) ? sent.length : 0;
    }
    for (int at = 0; at + sent.length <= length; at++) {
      if (startsWith(bytes, at, length, sent)) {
        return at + sent.length;
      }
    }
    return alike ? -1 : 0;
  }

  /** Functions 5, 6 and 22 are confirmed with a copy of the request. */
  static boolean isAnsweredByItself(Request request) {
    return request.function() == 5 || request.function() == 6 || request.function() == 22;
  }

  private static boolean startsWith(byte[] bytes, int at, int length, byte[] what) {
    return length - at >= what.length
        && Arrays.equals(bytes, at, at + what.length, what, 0, what.length);
  }
}
