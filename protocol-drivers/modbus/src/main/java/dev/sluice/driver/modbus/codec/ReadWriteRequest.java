package dev.sluice.driver.modbus.codec;

import dev.sluice.driver.PollException;

/**
 * A request of function 23: writes registers, then reads some, in one transaction (section 6.17).
 * Immutable.
 */
public final class ReadWriteRequest implements Request {

  /** How many registers it may write (section 6.17). */
  public static final int MAX_WRITTEN = 121;

  private static final int HEAD_BYTES = 10;

  private final ReadRequest read;
  private final int writeAddress;
  private final byte[] data;

  /**
   * Makes a request.
   *
   * @param readCount 1 to {@link Table#MAX_REGISTERS}
   * @param data two bytes a register, the high one first; 1 to {@link #MAX_WRITTEN} registers
   */
  public ReadWriteRequest(int readAddress, int readCount, int writeAddress, byte[] data) {
    int written = data.length / 2;
    if (written < 1 || written > MAX_WRITTEN) {
      throw new IllegalArgumentException("BUG: a write of " + written + " registers");
    }
    if (writeAddress < 0 || writeAddress + written - 1 > Table.LAST_ADDRESS) {
      throw new IllegalArgumentException("BUG: a write of " + written + " from " + writeAddress);
    }
    this.read = new ReadRequest(Table.HOLDING, readAddress, readCount);
    this.writeAddress = writeAddress;
    this.data = data.clone();
  }

  @Override
  public int function() {
    return 23;
  }

  @Override
  public int bytes() {
    return HEAD_BYTES + data.length;
  }

  @Override
  public void write(byte[] into, int offset) {
    into[offset] = 23;
    Replies.putShort(into, offset + 1, read.address());
    Replies.putShort(into, offset + 3, read.count());
    Replies.putShort(into, offset + 5, writeAddress);
    Replies.putShort(into, offset + 7, data.length / 2);
    into[offset + 9] = (byte) data.length;
    System.arraycopy(data, 0, into, offset + HEAD_BYTES, data.length);
  }

  @Override
  public int usualReplyBytes() {
    return read.usualReplyBytes();
  }

  @Override
  public int replyLength(byte[] pdu, int offset, int available) {
    return read.replyLength(pdu, offset, available);
  }

  @Override
  public int dataOffset(byte[] pdu, int offset, int length) throws PollException {
    return Replies.counted(this, read.dataBytes(), pdu, offset, length);
  }

  /** For people: {@code fc23 writes 100..103 reads 100..103}. */
  @Override
  public String describe() {
    return "fc23 writes "
        + range(writeAddress, data.length / 2)
        + " reads "
        + range(read.address(), read.count());
  }

  private static String range(int address, int count) {
    return count == 1 ? String.valueOf(address) : address + ".." + (address + count - 1);
  }
}
