package dev.sluice.driver.modbus.tcp;

import dev.sluice.driver.LineContext;
import dev.sluice.driver.TimeSource;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What the host lends to a line, with a record of what the line told it. */
public final class TestLine implements LineContext {

  private static final long PATIENCE_SECONDS = 20;

  private final Vertx vertx;
  private final Context context;
  private final NetClient client;
  private final Map<String, Long> counts = new HashMap<>();
  final BlockingQueue<String> losses = new LinkedBlockingQueue<>();

  public TestLine(Vertx vertx, NetClient client) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.client = client;
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
    return new TimeSource() {
      @Override
      public long nanoTime() {
        return System.nanoTime();
      }

      @Override
      public boolean trusted() {
        return true;
      }

      @Override
      public Instant instant() {
        throw new UnsupportedOperationException("a driver needs no wall clock");
      }
    };
  }

  @Override
  public void lost(String reason) {
    losses.add(reason);
  }

  @Override
  public void available() {
    throw new UnsupportedOperationException();
  }

  @Override
  public synchronized void count(String event, long count) {
    counts.merge(event, count, Long::sum);
    notifyAll();
  }

  synchronized long counted(String event) {
    return counts.getOrDefault(event, 0L);
  }

  /** Waits until an event has been counted so often. */
  synchronized void awaitCounted(String event, long times) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    try {
      while (counted(event) < times) {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (left <= 0) {
          throw new AssertionError(
              counted(event) + " " + event + " within " + PATIENCE_SECONDS + " s");
        }
        wait(left);
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Calls something on the line's context and gives back what it returned. */
  public <T> T on(Callable<T> call) {
    var result = new CompletableFuture<T>();
    context.runOnContext(
        v -> {
          try {
            result.complete(call.call());
          } catch (Throwable e) {
            result.completeExceptionally(e);
          }
        });
    return get(result);
  }

  /** Waits for a future; a failure is thrown as the cause of an AssertionError. */
  public static <T> T await(Future<T> future) {
    return get(future.toCompletionStage().toCompletableFuture());
  }

  /** Waits for a future that has to fail. */
  public static Throwable failure(Future<?> future) {
    return await(
        future.transform(
            done ->
                done.succeeded()
                    ? Future.failedFuture("succeeded with " + done.result())
                    : Future.succeededFuture(done.cause())));
  }

  private static <T> T get(CompletableFuture<T> future) {
    try {
      return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (java.util.concurrent.ExecutionException e) {
      throw new AssertionError(e.getCause());
    } catch (Exception e) {
      throw new AssertionError("nothing within " + PATIENCE_SECONDS + " s", e);
    }
  }

  String lostReason() {
    return take(losses);
  }

  static <T> T take(BlockingQueue<T> queue) {
    try {
      T taken = queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (taken == null) {
        throw new AssertionError("nothing within " + PATIENCE_SECONDS + " s");
      }
      return taken;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
