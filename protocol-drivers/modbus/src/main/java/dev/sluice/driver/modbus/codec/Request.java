package dev.sluice.driver.modbus.codec;

import dev.sluice.driver.PollException;

/**
 * The PDU of a request, and what a right reply to it looks like: all that a link has to know to put
 * it into a frame and to find the end of its reply. Immutable.
 */
public interface Request {

  /** What {@link #replyLength} says when more bytes are needed. */
  int MORE = 0;

  /** What {@link #replyLength} says of bytes that answer another request, or none. */
  int FOREIGN = -1;

  /** The function code, 1 to 127. */
  int function();

  /** The length of the PDU, 1 to 253. */
  int bytes();

  /** Writes the {@link #bytes()} of the PDU. */
  void write(byte[] into, int offset);

  /**
   * How long the PDU of a usual reply is, for the cost of a transaction; an estimate if need be.
   */
  int usualReplyBytes();

  /**
   * Finds the length of a normal reply in its first bytes, which is what RTU frames are cut by.
   *
   * @param pdu holds the reply, from its function code on; the function code is right
   * @param available how many bytes of it are there, at least 1
   * @return the length of its PDU, 2 to 253; {@link #MORE}; or {@link #FOREIGN} if these bytes
   *     cannot be a reply to this request: wrong byte count, wrong address
   */
  int replyLength(byte[] pdu, int offset, int available);

  /**
   * Checks a whole reply.
   *
   * @param length of its PDU
   * @return the offset of the first byte of data
   * @throws PollException for an exception reply, with its quality; or for a reply that does not
   *     answer this request, with the bytes
   */
  int dataOffset(byte[] pdu, int offset, int length) throws PollException;

  /** For people: {@code fc3 100..131}. */
  String describe();
}
