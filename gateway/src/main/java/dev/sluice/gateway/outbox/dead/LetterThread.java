package dev.sluice.gateway.outbox.dead;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The one thread that letters may block. A disk that hangs holds this thread and no other, and
 * nobody waits for it longer than a limit; once it hung, nobody waits at all before it is back.
 * Thread-safe.
 */
final class LetterThread {

  private final Vertx vertx;
  private final WorkerExecutor executor;
  private final long limitMillis;

  /** Steps that were given up and have not ended: what hangs, and what waits behind it. */
  private final AtomicInteger overdue = new AtomicInteger();

  LetterThread(Vertx vertx, Duration limit) {
    this.vertx = vertx;
    // It is told here when it hangs, and not by a stack in the log every second.
    this.executor = vertx.createSharedWorkerExecutor("sluice-dead-letters", 1, 1, TimeUnit.DAYS);
    this.limitMillis = limit.toMillis();
  }

  /**
   * Runs a step when those before it are done.
   *
   * @return fails with a {@link TimeoutException} when the disk does not answer; a step that had
   *     begun goes on then, one that had not is left out
   */
  <T> Future<T> run(Callable<T> step) {
    Promise<T> promise = Promise.promise();
    if (overdue.get() > 0) {
      // Not from within the call: nobody expects that.
      vertx.getOrCreateContext().runOnContext(ignored -> promise.fail(silent()));
      return promise.future();
    }
    long timer =
        vertx.setTimer(
            limitMillis,
            ignored -> {
              overdue.incrementAndGet();
              if (!promise.tryFail(silent())) {
                overdue.decrementAndGet();
              }
            });
    executor
        .executeBlocking(
            () -> {
              if (promise.future().isComplete()) {
                throw silent();
              }
              return step.call();
            },
            false)
        .onComplete(
            result -> {
              vertx.cancelTimer(timer);
              boolean inTime =
                  result.succeeded()
                      ? promise.tryComplete(result.result())
                      : promise.tryFail(result.cause());
              if (!inTime) {
                overdue.decrementAndGet();
              }
            });
    return promise.future();
  }

  private TimeoutException silent() {
    return new TimeoutException("the disk does not answer within " + limitMillis + " ms");
  }
}
