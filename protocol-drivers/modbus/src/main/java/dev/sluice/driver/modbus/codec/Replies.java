package dev.sluice.driver.modbus.codec;

import dev.sluice.driver.PollException;
import org.jspecify.annotations.Nullable;

/** What is the same in the replies to all requests: exceptions, and replies to something else. */
public final class Replies {

  private Replies() {}

  /**
   * Looks at the function code of a reply.
   *
   * @return the failure that the reply is; null if it is a normal one to this function
   */
  public static @Nullable PollException refusal(
      Request request, byte[] pdu, int offset, int length) {
    if (length < 1) {
      return bad("an empty reply", request, pdu, offset, length);
    }
    int function = pdu[offset] & 0xFF;
    if (function == request.function() + 0x80) {
      return length == 2
          ? ExceptionCode.toException(pdu[offset + 1] & 0xFF, request.describe())
          : bad("an exception of " + length + " bytes, expected 2", request, pdu, offset, length);
    }
    if (function != request.function()) {
      return bad(
          "function " + function + ", expected " + request.function(),
          request,
          pdu,
          offset,
          length);
    }
    return null;
  }

  /**
   * Checks a reply whose second byte counts the rest.
   *
   * @param data how many bytes of data the request asks for
   * @return the offset of the first byte of data
   */
  static int counted(Request request, int data, byte[] pdu, int offset, int length)
      throws PollException {
    PollException refusal = refusal(request, pdu, offset, length);
    if (refusal != null) {
      throw refusal;
    }
    if (length < 2) {
      throw bad("a reply without a byte count", request, pdu, offset, length);
    }
    int found = pdu[offset + 1] & 0xFF;
    if (found != data) {
      throw bad("byte count " + found + ", expected " + data, request, pdu, offset, length);
    }
    if (length != data + 2) {
      throw bad(
          "a PDU of " + length + " bytes, expected " + (data + 2), request, pdu, offset, length);
    }
    return offset + 2;
  }

  static PollException bad(String found, Request request, byte[] pdu, int offset, int length) {
    return BadReply.of(found, request.describe(), pdu, offset, length);
  }

  static int unsignedShort(byte[] bytes, int at) {
    return ((bytes[at] & 0xFF) << 8) | (bytes[at + 1] & 0xFF);
  }

  static void putShort(byte[] bytes, int at, int value) {
    bytes[at] = (byte) (value >> 8);
    bytes[at + 1] = (byte) value;
  }
}
