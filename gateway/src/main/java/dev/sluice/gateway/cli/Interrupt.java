package dev.sluice.gateway.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a command that is ended by Ctrl-C (or SIGTERM) say what it has so far: the process waits for
 * it, a bounded time.
 */
final class Interrupt implements AutoCloseable {

  private static final long PATIENCE_SECONDS = 5;

  private final CountDownLatch told = new CountDownLatch(1);
  private final Thread hook;

  private Interrupt(Runnable stop) {
    this.hook = new Thread(() -> interrupted(stop), "sluice-interrupt");
  }

  /**
   * From now on the signal calls this.
   *
   * @param stop makes the command come to its end; on a thread of the JVM's
   */
  static Interrupt calling(Runnable stop) {
    var interrupt = new Interrupt(stop);
    Runtime.getRuntime().addShutdownHook(interrupt.hook);
    return interrupt;
  }

  private void interrupted(Runnable stop) {
    stop.run();
    try {
      if (!told.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        Cli.debug("ended before all was told", new InterruptedException());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** All is said; the process may end. */
  void told() {
    told.countDown();
  }

  @Override
  public void close() {
    told();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      Cli.debug("the process ends already", e);
    }
  }
}
