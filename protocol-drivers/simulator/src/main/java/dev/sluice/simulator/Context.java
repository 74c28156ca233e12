package dev.sluice.simulator;

import io.vertx.core.Future;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** What all commands need of their surroundings. */
final class Context {

  private static final long OPEN_SECONDS = 30;

  private Context() {}

  static Terminal terminal(@Nullable Simulator simulator) {
    if (simulator == null) {
      throw new IllegalStateException("BUG: a command without its parent");
    }
    return simulator.terminal();
  }

  /** Waits, on a thread that may, for something to open or close. */
  static <T> T await(Future<T> future) throws IOException, InterruptedException {
    try {
      return future.toCompletionStage().toCompletableFuture().get(OPEN_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IOException(String.valueOf(e.getCause()), e.getCause());
    } catch (TimeoutException e) {
      throw new IOException("nothing happened within " + OPEN_SECONDS + " s", e);
    }
  }
}
