package dev.sluice.driver.modbus;

import dev.sluice.driver.Poll;
import dev.sluice.driver.modbus.plan.Block;

/** A link's poll, and the block that it reads. */
record PlannedPoll(Poll poll, Block block) implements Poll {

  @Override
  public int[] points() {
    return poll.points();
  }

  @Override
  public long busNanos() {
    return poll.busNanos();
  }

  @Override
  public long replyNanos() {
    return poll.replyNanos();
  }

  @Override
  public String describe() {
    return poll.describe();
  }
}
