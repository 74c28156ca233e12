package dev.sluice.benchmarks;

import dev.sluice.driver.DeviceContext;
import dev.sluice.driver.LineContext;
import dev.sluice.driver.TimeSource;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;

/**
 * The least that a driver needs of a host: one event loop, one client. Where nothing can go wrong
 * it has no patience with faults; what happens on a serial line it tells.
 */
final class SharedHost implements LineContext, DeviceContext {

  private final Vertx vertx;
  private final Context context;
  private final NetClient client;
  private final TimeSource time;
  private boolean serial;

  SharedHost(Vertx vertx, Context context, TimeSource time) {
    this.vertx = vertx;
    this.context = context;
    this.client = vertx.createNetClient(new NetClientOptions().setTcpNoDelay(true));
    this.time = time;
  }

  /** From now on it serves a serial line. */
  void expectNoise() {
    serial = true;
  }

  @Override
  public Vertx vertx() {
    return vertx;
  }

  @Override
  public Context context() {
    return context;
  }

  @Override
  public NetClient netClient() {
    return client;
  }

  @Override
  public TimeSource time() {
    return time;
  }

  @Override
  public void lost(String reason) {
    throw new IllegalStateException("line lost: " + reason);
  }

  @Override
  public void available() {}

  @Override
  public void note(String subject, String text) {}

  @Override
  public void count(String event, long count) {
    if (!serial) {
      throw new IllegalStateException("unexpected " + event);
    }
    System.err.println("sluice: " + event + " " + count);
  }

  @Override
  public void replan() {
    throw new IllegalStateException("unexpected replan");
  }

  @Override
  public Buffer state() {
    return Buffer.buffer();
  }

  @Override
  public Future<Void> saveState(Buffer state) {
    return Future.succeededFuture();
  }
}
