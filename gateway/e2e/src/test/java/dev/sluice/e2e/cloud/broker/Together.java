package dev.sluice.e2e.cloud.broker;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Lets clients that have nothing to do with each other wait at the same time. */
public final class Together {

  private Together() {}

  /** Does everything at once; what one of them throws is thrown when all have ended. */
  public static void all(List<Runnable> steps) {
    ExecutorService threads = Executors.newFixedThreadPool(steps.size());
    try {
      List<Callable<Object>> calls = steps.stream().map(Executors::callable).toList();
      for (Future<Object> done : threads.invokeAll(calls)) {
        done.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause().getMessage(), e.getCause());
    } finally {
      threads.shutdown();
    }
  }
}
