package dev.sluice.driver.modbus.tcp;

import dev.sluice.driver.PollException;
import dev.sluice.driver.PollResult;
import dev.sluice.driver.PollTiming;
import io.vertx.core.Promise;

/** One run of a poll. */
record PollRun(TcpPoll poll, Promise<PollResult> promise) implements TcpTransaction {

  @Override
  public int unit() {
    return poll.unit();
  }

  @Override
  public byte[] frame() {
    return poll.frame();
  }

  @Override
  public String describe() {
    return poll.describe();
  }

  @Override
  public void reply(byte[] bytes, int offset, int length, PollTiming timing) throws PollException {
    promise.complete(new PollResult(poll.block().values(bytes, offset, length), timing));
  }

  @Override
  public void fail(Throwable cause) {
    promise.fail(cause);
  }
}
