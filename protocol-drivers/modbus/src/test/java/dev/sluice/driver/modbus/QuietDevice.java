package dev.sluice.driver.modbus;

import dev.sluice.driver.DeviceContext;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/** A host that keeps nothing, plans nothing again and listens to nothing. */
final class QuietDevice implements DeviceContext {

  @Override
  public void replan() {}

  @Override
  public Buffer state() {
    return Buffer.buffer();
  }

  @Override
  public Future<Void> saveState(Buffer state) {
    return Future.succeededFuture();
  }

  @Override
  public void count(String event, long count) {}

  @Override
  public void note(String subject, String text) {}
}
