package dev.sluice.driver.modbus.identity;

import com.ghgande.j2mod.modbus.msg.ModbusRequest;
import com.ghgande.j2mod.modbus.msg.ModbusResponse;
import dev.sluice.driver.PollException;
import dev.sluice.driver.modbus.codec.BadReply;
import dev.sluice.driver.modbus.codec.Replies;
import dev.sluice.driver.modbus.codec.Request;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;

/** A request that j2mod knows how to write and whose reply it knows how to read. */
final class RareRequest implements Request {

  /** Tells where a reply ends, by its first bytes; as {@link Request#replyLength}. */
  interface End {
    int of(byte[] pdu, int offset, int available);
  }

  private final ModbusRequest request;
  private final byte[] data;
  private final int usualReplyBytes;
  private final End end;
  private final String words;

  RareRequest(ModbusRequest request, int usualReplyBytes, End end, String words) {
    this.request = request;
    byte[] message = request.getMessage();
    this.data = message == null ? new byte[0] : message;
    this.usualReplyBytes = usualReplyBytes;
    this.end = end;
    this.words = words;
  }

  @Override
  public int function() {
    return request.getFunctionCode();
  }

  @Override
  public int bytes() {
    return 1 + data.length;
  }

  @Override
  public void write(byte[] into, int offset) {
    into[offset] = (byte) function();
    System.arraycopy(data, 0, into, offset + 1, data.length);
  }

  @Override
  public int usualReplyBytes() {
    return usualReplyBytes;
  }

  @Override
  public int replyLength(byte[] pdu, int offset, int available) {
    return end.of(pdu, offset, available);
  }

  @Override
  public int dataOffset(byte[] pdu, int offset, int length) throws PollException {
    PollException refusal = Replies.refusal(this, pdu, offset, length);
    if (refusal != null) {
      throw refusal;
    }
    if (end.of(pdu, offset, length) != length) {
      throw BadReply.of("a reply with wrong lengths", describe(), pdu, offset, length);
    }
    return offset + 1;
  }

  /**
   * Reads the data of a checked reply.
   *
   * @param into a response of j2mod's to this request
   * @throws PollException if j2mod finds it wrong
   */
  <T extends ModbusResponse> T read(Buffer pdu, int dataOffset, T into) throws PollException {
    byte[] bytes = pdu.getBytes();
    int length = bytes.length - dataOffset;
    try {
      into.setDataLength(bytes.length + 1);
      into.readData(new DataInputStream(new ByteArrayInputStream(bytes, dataOffset, length)));
      return into;
    } catch (IOException | RuntimeException e) { // what it throws for bad bytes is not fixed
      throw BadReply.of("a reply that says nothing: " + e, describe(), bytes, 0, bytes.length);
    }
  }

  @Override
  public String describe() {
    return words;
  }
}
