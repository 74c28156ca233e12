package dev.sluice.driver.modbus.rtu;

import dev.sluice.driver.Poll;
import dev.sluice.driver.modbus.plan.Block;
import dev.sluice.driver.modbus.plan.BusCost;
import dev.sluice.driver.modbus.plan.Unit;
import io.vertx.core.buffer.Buffer;

/** A block with the frame that asks for it. */
record BusPoll(BusLink link, Unit unit, Block block, Buffer frame, long busNanos) implements Poll {

  @Override
  public int[] points() {
    return block.points();
  }

  @Override
  public long replyNanos() {
    BusCost cost = link.cost(unit);
    return busNanos - (cost.silenceNanos() - cost.gapNanos());
  }

  @Override
  public String describe() {
    return block.request().describe();
  }
}
