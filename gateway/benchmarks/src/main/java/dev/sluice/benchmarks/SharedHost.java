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

/** The least that a driver needs of a host: one event loop, one client, no patience with faults. */
final class SharedHost implements LineContext, DeviceContext {

  private final Vertx vertx;
  private final Context context;
  private final NetClient client;
  private final TimeSource time;

  SharedHost(Vertx vertx, Context context, TimeSource time) {
    this.vertx = vertx;
    this.context = context;
    this.client = vertx.createNetClient(new NetClientOptions().setTcpNoDelay(true));
    this.time = time;
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
    throw new IllegalStateException("unexpected " + event);
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
