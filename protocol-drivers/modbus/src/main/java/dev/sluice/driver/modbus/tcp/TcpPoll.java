package dev.sluice.driver.modbus.tcp;

import dev.sluice.driver.Poll;
import dev.sluice.driver.modbus.codec.ReadRequest;
import dev.sluice.driver.modbus.codec.Request;
import dev.sluice.driver.modbus.plan.Block;

/** A block with the frame that asks for it, ready but for the transaction id. */
final class TcpPoll implements Poll {

  /** The length of a poll's frame. */
  static final int FRAME_BYTES = MbapFrames.HEADER_BYTES + ReadRequest.PDU_BYTES;

  private final TcpLink link;
  private final int unit;
  private final Block block;
  private final byte[] frame;

  TcpPoll(TcpLink link, int unit, Block block) {
    this.link = link;
    this.unit = unit;
    this.block = block;
    this.frame = frame(unit, block.request());
  }

  /** The frame of a request with the transaction id 0. */
  static byte[] frame(int unit, Request request) {
    byte[] frame = new byte[MbapFrames.HEADER_BYTES + request.bytes()];
    frame[MbapFrames.LENGTH_AT + 1] = (byte) (1 + request.bytes());
    frame[MbapFrames.UNIT_AT] = (byte) unit;
    request.write(frame, MbapFrames.HEADER_BYTES);
    return frame;
  }

  boolean isOf(TcpLink other) {
    return link == other;
  }

  int unit() {
    return unit;
  }

  Block block() {
    return block;
  }

  /** Everything but the transaction id, which is 0 here. Not to be changed. */
  byte[] frame() {
    return frame;
  }

  @Override
  public int[] points() {
    return block.points();
  }

  @Override
  public long busNanos() {
    return 0;
  }

  @Override
  public String describe() {
    return block.request().describe();
  }
}
