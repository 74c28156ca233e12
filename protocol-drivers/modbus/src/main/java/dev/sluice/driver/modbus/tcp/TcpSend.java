package dev.sluice.driver.modbus.tcp;

import dev.sluice.driver.PollException;
import dev.sluice.driver.PollTiming;
import dev.sluice.driver.modbus.codec.Request;
import dev.sluice.driver.modbus.plan.Answer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;

/** Any request, sent once. */
final class TcpSend implements TcpTransaction {

  private final int unit;
  private final Request request;
  private final byte[] frame;
  private final Promise<Answer> answer = Promise.promise();

  TcpSend(int unit, Request request) {
    this.unit = unit;
    this.request = request;
    this.frame = TcpPoll.frame(unit, request);
  }

  Future<Answer> answer() {
    return answer.future();
  }

  @Override
  public int unit() {
    return unit;
  }

  @Override
  public byte[] frame() {
    return frame;
  }

  @Override
  public String describe() {
    return request.describe();
  }

  @Override
  public void reply(byte[] bytes, int offset, int length, PollTiming timing) throws PollException {
    byte[] pdu = Arrays.copyOfRange(bytes, offset, offset + length);
    int data = request.dataOffset(pdu, 0, length);
    answer.complete(new Answer(Buffer.buffer(pdu), data, timing));
  }

  @Override
  public void fail(Throwable cause) {
    answer.fail(cause);
  }
}
