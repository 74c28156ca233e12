package dev.sluice.driver.modbus.tcp;

import dev.sluice.driver.Poll;
import dev.sluice.driver.modbus.codec.ReadRequest;
import dev.sluice.driver.modbus.plan.Block;

/** A block with the frame that asks for it, ready but for the transaction id. */
final class TcpPoll implements Poll {

  static final int FRAME_BYTES = MbapFrames.HEADER_BYTES + ReadRequest.PDU_BYTES;

  private final TcpLink link;
  private final int unit;
  private final Block block;
  private final byte[] frame;

  TcpPoll(TcpLink link, int unit, Block block) {
    this.link = link;
    this.unit = unit;
    this.block = block;
    this.frame = new byte[FRAME_BYTES];
    frame[MbapFrames.LENGTH_AT + 1] = 1 + ReadRequest.PDU_BYTES;
    frame[MbapFrames.UNIT_AT] = (byte) unit;
    block.request().write(frame, MbapFrames.HEADER_BYTES);
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
