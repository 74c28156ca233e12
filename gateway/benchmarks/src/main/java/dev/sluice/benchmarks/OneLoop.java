package dev.sluice.benchmarks;

import dev.sluice.driver.Driver;
import dev.sluice.driver.TimeSource;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Instant;
import java.util.ServiceLoader;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Where our driver runs without a gateway around it: one event loop. For the main thread.
 *
 * @param context of the loop
 */
record OneLoop(Vertx vertx, Context context, SharedHost host) {

  /** Starts one, with pools as small as the gateway has them. */
  static OneLoop start() {
    Vertx vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(4)
                .setInternalBlockingPoolSize(2));
    Context context = vertx.getOrCreateContext();
    return new OneLoop(vertx, context, new SharedHost(vertx, context, new Monotonic()));
  }

  /** Our driver, found as the gateway finds it. */
  static Driver modbus() {
    return ServiceLoader.load(Driver.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(driver -> "modbus".equals(driver.type()))
        .findFirst()
        .orElseThrow();
  }

  /** Runs a call on the loop and waits for what comes of it. */
  <T> T call(Supplier<Future<T>> body)
      throws InterruptedException, ExecutionException, TimeoutException {
    return await(
        Future.future(promise -> context.runOnContext(v -> body.get().onComplete(promise))));
  }

  void close() throws InterruptedException, ExecutionException, TimeoutException {
    await(vertx.close());
  }

  private static <T> T await(Future<T> future)
      throws InterruptedException, ExecutionException, TimeoutException {
    return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  /** The monotonic clock only: nothing here needs the other. */
  private static final class Monotonic implements TimeSource {

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
      throw new UnsupportedOperationException("no wall clock here");
    }
  }
}
