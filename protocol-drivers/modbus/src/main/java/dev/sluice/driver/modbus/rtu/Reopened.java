package dev.sluice.driver.modbus.rtu;

import dev.sluice.driver.LineContext;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The silence between opening a line again and its first request: on the bus behind the adapter, or
 * behind the terminal server, somebody may still answer what was asked before. On the line's
 * context.
 */
final class Reopened {

  /** Who answers later than that is told from others by nothing at all. */
  private static final long MOST_NANOS = 5_000_000_000L;

  private static final long NO_TIMER = -1;

  private final LineContext context;
  private @Nullable Promise<Void> waiting;
  private long timer = NO_TIMER;

  Reopened(LineContext context) {
    this.context = context;
  }

  /** Completes after so long, bounded; at once when there is nothing to wait for. */
  Future<Void> await(long nanos) {
    if (nanos <= 0) {
      return Future.succeededFuture();
    }
    Promise<Void> over = Promise.promise();
    waiting = over;
    long millis = (Math.min(nanos, MOST_NANOS) + 999_999) / 1_000_000;
    timer =
        context
            .vertx()
            .setTimer(
                millis,
                id -> {
                  waiting = null;
                  over.tryComplete();
                });
    return over.future();
  }

  /** The line is gone meanwhile; whether anybody waited. */
  boolean giveUp(String reason) {
    Promise<Void> failing = waiting;
    waiting = null;
    if (failing == null) {
      return false;
    }
    context.vertx().cancelTimer(timer);
    failing.tryFail(new IOException(reason));
    return true;
  }
}
