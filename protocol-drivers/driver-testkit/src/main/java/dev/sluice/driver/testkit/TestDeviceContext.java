package dev.sluice.driver.testkit;

import dev.sluice.driver.DeviceContext;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/** What a host lends to a device, for tests: counts re-plannings and keeps the state in memory. */
public final class TestDeviceContext implements DeviceContext {

  private static final int MAX_STATE = 64 << 10;

  private final TestLineContext line;
  private volatile Buffer state = Buffer.buffer();
  private int replans;

  public TestDeviceContext(TestLineContext line) {
    this.line = line;
  }

  @Override
  public void replan() {
    line.checkContext("replan()");
    synchronized (this) {
      replans++;
    }
  }

  @Override
  public Buffer state() {
    line.checkContext("state()");
    return state.copy();
  }

  @Override
  public Future<Void> saveState(Buffer bytes) {
    line.checkContext("saveState()");
    if (bytes.length() > MAX_STATE) {
      return Future.failedFuture("state of " + bytes.length() + " bytes, at most " + MAX_STATE);
    }
    state = bytes.copy();
    return Future.succeededFuture();
  }

  /** How often the device asked for a new plan. */
  public synchronized int replans() {
    return replans;
  }
}
