package dev.sluice.driver.modbus.codec;

import dev.sluice.driver.PollException;

/**
 * A request of function 1, 2, 3 or 4, and the check of its reply.
 *
 * @param table what is read; tells the function
 * @param address of the first bit or register, zero-based as on the wire
 * @param count of bits or registers, 1 to {@link Table#maxPerRead()}
 */
public record ReadRequest(Table table, int address, int count) implements Request {

  /** The length of the request in bytes. */
  public static final int PDU_BYTES = 5;

  public ReadRequest {
    if (count < 1 || count > table.maxPerRead()) {
      throw new IllegalArgumentException("BUG: a read of " + count + " of " + table);
    }
    if (address < 0 || address + count - 1 > Table.LAST_ADDRESS) {
      throw new IllegalArgumentException("BUG: a read of " + count + " from " + address);
    }
  }

  /** How many bytes of data the reply carries; its PDU has two more. */
  public int dataBytes() {
    return table.bits() ? (count + 7) / 8 : 2 * count;
  }

  @Override
  public int function() {
    return table.readFunction();
  }

  @Override
  public int bytes() {
    return PDU_BYTES;
  }

  @Override
  public int usualReplyBytes() {
    return dataBytes() + 2;
  }

  @Override
  public int replyLength(byte[] pdu, int offset, int available) {
    if (available < 2) {
      return MORE;
    }
    int data = dataBytes();
    return (pdu[offset + 1] & 0xFF) == data ? data + 2 : FOREIGN;
  }

  @Override
  public void write(byte[] into, int offset) {
    into[offset] = (byte) table.readFunction();
    into[offset + 1] = (byte) (address >> 8);
    into[offset + 2] = (byte) address;
    into[offset + 3] = (byte) (count >> 8);
    into[offset + 4] = (byte) count;
  }

  /** Function, byte count and length must be exactly what this request asks for. */
  @Override
  public int dataOffset(byte[] pdu, int offset, int length) throws PollException {
    int data = dataBytes();
    if (length == data + 2
        && pdu[offset] == table.readFunction()
        && (pdu[offset + 1] & 0xFF) == data) {
      return offset + 2; // by far the most
    }
    return Replies.counted(this, data, pdu, offset, length);
  }

  /** For people: {@code fc3 100..131}, {@code fc1 7}. */
  @Override
  public String describe() {
    String range = count == 1 ? "" : ".." + (address + count - 1);
    return "fc" + table.readFunction() + " " + address + range;
  }
}
