package dev.sluice.driver.modbus.codec;

import dev.sluice.driver.PollException;

/**
 * A request of function 5, 6, 15, 16 or 22, and the check of its confirmation, which repeats the
 * request or its beginning (sections 6.5, 6.6, 6.11, 6.12 and 6.16). Immutable.
 */
public final class WriteRequest implements Request {

  /** How many coils function 15 may write (section 6.11). */
  public static final int MAX_BITS = 1968;

  /** How many registers function 16 may write (section 6.12). */
  public static final int MAX_REGISTERS = 123;

  private static final int HEAD_BYTES = 5;
  private static final int ON = 0xFF00;

  private final byte[] pdu;

  /** How many bytes of the PDU its confirmation repeats, which is all that it holds. */
  private final int confirmed;

  private final int count;

  private WriteRequest(byte[] pdu, int confirmed, int count) {
    this.pdu = pdu;
    this.confirmed = confirmed;
    this.count = count;
    if (address() + count - 1 > Table.LAST_ADDRESS) {
      throw new IllegalArgumentException("BUG: a write of " + count + " from " + address());
    }
  }

  /** Function 5: one coil. */
  public static WriteRequest coil(int address, boolean on) {
    return new WriteRequest(head(5, HEAD_BYTES, address, on ? ON : 0), HEAD_BYTES, 1);
  }

  /**
   * Function 6: one register.
   *
   * @param value 0 to 65535
   */
  public static WriteRequest register(int address, int value) {
    return new WriteRequest(head(6, HEAD_BYTES, address, value), HEAD_BYTES, 1);
  }

  /**
   * Function 15: coils in a row.
   *
   * @param bits 1 to {@link #MAX_BITS}
   */
  public static WriteRequest coils(int address, boolean[] bits) {
    int count = counted(bits.length, MAX_BITS);
    int data = (count + 7) / 8;
    byte[] pdu = head(15, HEAD_BYTES + 1 + data, address, count);
    pdu[HEAD_BYTES] = (byte) data;
    for (int i = 0; i < count; i++) {
      if (bits[i]) {
        pdu[HEAD_BYTES + 1 + i / 8] |= (byte) (1 << (i % 8));
      }
    }
    return new WriteRequest(pdu, HEAD_BYTES, count);
  }

  /**
   * Function 16: registers in a row.
   *
   * @param data two bytes each, the high one first; 1 to {@link #MAX_REGISTERS} registers
   */
  public static WriteRequest registers(int address, byte[] data) {
    int count = counted(data.length / 2, MAX_REGISTERS);
    byte[] pdu = head(16, HEAD_BYTES + 1 + 2 * count, address, count);
    pdu[HEAD_BYTES] = (byte) (2 * count);
    System.arraycopy(data, 0, pdu, HEAD_BYTES + 1, 2 * count);
    return new WriteRequest(pdu, HEAD_BYTES, count);
  }

  /**
   * Function 22: bits of one register; the others keep what they are, in the device and at once.
   *
   * @param and the bits that are kept
   * @param or the bits that are set where they are not kept
   */
  public static WriteRequest mask(int address, int and, int or) {
    byte[] pdu = head(22, 7, address, and);
    Replies.putShort(pdu, HEAD_BYTES, or);
    return new WriteRequest(pdu, 7, 1);
  }

  private static int counted(int count, int most) {
    if (count < 1 || count > most) {
      throw new IllegalArgumentException("BUG: a write of " + count + ", at most " + most);
    }
    return count;
  }

  private static byte[] head(int function, int bytes, int address, int second) {
    if (address < 0 || address > Table.LAST_ADDRESS || second < 0 || second > 0xFFFF) {
      throw new IllegalArgumentException("BUG: a write of " + second + " at " + address);
    }
    byte[] pdu = new byte[bytes];
    pdu[0] = (byte) function;
    Replies.putShort(pdu, 1, address);
    Replies.putShort(pdu, 3, second);
    return pdu;
  }

  private int address() {
    return Replies.unsignedShort(pdu, 1);
  }

  @Override
  public int function() {
    return pdu[0];
  }

  @Override
  public int bytes() {
    return pdu.length;
  }

  @Override
  public void write(byte[] into, int offset) {
    System.arraycopy(pdu, 0, into, offset, pdu.length);
  }

  @Override
  public int usualReplyBytes() {
    return confirmed;
  }

  /** A confirmation of the same length with another address is to another request. */
  @Override
  public int replyLength(byte[] reply, int offset, int available) {
    for (int i = 1; i < Math.min(3, available); i++) {
      if (reply[offset + i] != pdu[i]) {
        return FOREIGN;
      }
    }
    return available < 3 ? MORE : confirmed;
  }

  /** The confirmation holds no data: the offset of its end. */
  @Override
  public int dataOffset(byte[] reply, int offset, int length) throws PollException {
    PollException refusal = Replies.refusal(this, reply, offset, length);
    if (refusal != null) {
      throw refusal;
    }
    if (length != confirmed) {
      throw Replies.bad(
          "a confirmation of " + length + " bytes, expected " + confirmed,
          this,
          reply,
          offset,
          length);
    }
    for (int i = 1; i < length; i++) {
      if (reply[offset + i] != pdu[i]) {
        throw Replies.bad(
            "a confirmation of something else than was asked for", this, reply, offset, length);
      }
    }
    return offset + length;
  }

  /** For people: {@code fc6 100}, {@code fc16 100..103}. */
  @Override
  public String describe() {
    return "fc" + function() + " " + address() + (count == 1 ? "" : ".." + (address() + count - 1));
  }
}
