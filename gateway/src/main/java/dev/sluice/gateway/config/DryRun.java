package dev.sluice.gateway.config;

import dev.sluice.driver.DeviceContext;
import dev.sluice.driver.LineContext;
import dev.sluice.driver.TimeSource;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import java.lang.reflect.Proxy;
import java.time.Instant;

/**
 * What a line and a device get that are made only to see whether their settings are right. They may
 * keep what they are given, but using any of it opens something, which they promised not to do yet.
 */
final class DryRun implements LineContext, DeviceContext, TimeSource {

  @Override
  public Vertx vertx() {
    return unused(Vertx.class);
  }

  @Override
  public Context context() {
    return unused(Context.class);
  }

  @Override
  public NetClient netClient() {
    return unused(NetClient.class);
  }

  @Override
  public TimeSource time() {
    return this;
  }

  @Override
  public void lost(String reason) {
    throw new IllegalStateException("BUG: a line that never connected was lost: " + reason);
  }

  /** Nobody counts a dry run. */
  @Override
  public void count(String event, long count) {}

  /** Nobody connects it. */
  @Override
  public void available() {}

  /** Nobody reads it. */
  @Override
  public void note(String subject, String text) {}

  /** There is one plan only. */
  @Override
  public void replan() {}

  @Override
  public Buffer state() {
    return Buffer.buffer();
  }

  @Override
  public Future<Void> saveState(Buffer state) {
    return Future.failedFuture("nothing is kept of a dry run");
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public boolean trusted() {
    return false;
  }

  @Override
  public Instant instant() {
    return Instant.EPOCH;
  }

  private static <T> T unused(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, args) ->
                switch (method.getName()) {
                  case "toString" -> "unused " + type.getSimpleName();
                  case "hashCode" -> System.identityHashCode(proxy);
                  case "equals" -> proxy == args[0];
                  default ->
                      throw new IllegalStateException(
                          type.getSimpleName()
                              + "."
                              + method.getName()
                              + " was called before connect()");
                }));
  }
}
