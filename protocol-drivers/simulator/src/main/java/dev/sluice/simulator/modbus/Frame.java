package dev.sluice.simulator.modbus;

import io.vertx.core.buffer.Buffer;

/**
 * A whole Modbus TCP request: MBAP header (transaction, protocol 0, length, unit) and PDU.
 *
 * @param bytes at least 8
 */
record Frame(Buffer bytes) {

  /** Modbus messaging on TCP/IP, 3.1.3: the length counts the unit id and the PDU of 1 to 253. */
  static final int MIN_LENGTH = 2;

  static final int MAX_LENGTH = 254;

  private static final int ILLEGAL_FUNCTION = 1;
  private static final int ILLEGAL_VALUE = 3;

  int unit() {
    return bytes.getUnsignedByte(6);
  }

  int function() {
    return bytes.getUnsignedByte(7);
  }

  /** Reading is all that a simulated device can do. */
  boolean isRead() {
    return function() >= 1 && function() <= 4;
  }

  /** How many bits or registers a read asks for; 0 if its PDU has not the length of a read. */
  int quantity() {
    return bytes.length() == 12 ? bytes.getUnsignedShort(10) : 0;
  }

  /** The exception code that a healthy device refuses it with, 0 if it does not. */
  int refusal() {
    if (!isRead()) {
      return ILLEGAL_FUNCTION;
    }
    int most = readsBits() ? 2000 : 125;
    return quantity() < 1 || quantity() > most ? ILLEGAL_VALUE : 0;
  }

  Buffer exception(int code) {
    return reply(Buffer.buffer().appendByte((byte) (function() | 0x80)).appendByte((byte) code));
  }

  /** A reply to it whose last two bytes of data are not there, while its byte count says so. */
  Buffer shortReply() {
    int data = readsBits() ? (quantity() + 7) / 8 : 2 * quantity();
    var pdu = Buffer.buffer().appendByte((byte) function()).appendByte((byte) data);
    pdu.appendBytes(new byte[Math.max(0, data - 2)]);
    return reply(pdu);
  }

  private boolean readsBits() {
    return function() <= 2;
  }

  private Buffer reply(Buffer pdu) {
    return Buffer.buffer()
        .appendBuffer(bytes.slice(0, 4))
        .appendUnsignedShort(1 + pdu.length())
        .appendByte((byte) unit())
        .appendBuffer(pdu);
  }
}
