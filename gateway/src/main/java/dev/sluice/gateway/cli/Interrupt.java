package dev.sluice.gateway.cli;

import java.io.PrintWriter;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a command that is ended by Ctrl-C (or SIGTERM) say what it has so far: the process waits for
 * it, a bounded time.
 */
final class Interrupt implements AutoCloseable {

  /** What a command does at its workbench. */
  interface Work {
    int at(Workbench bench) throws CommandException;
  }

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

  /**
   * Does work that the signal ends: what is waited for at the bench fails, and its lines are
   * closed.
   *
   * @param err is told why the work came to nothing when that is the signal
   * @return the exit code
   */
  static int ending(PrintWriter err, Work work) throws CommandException {
    try (var bench = new Workbench();
        var interrupt = calling(bench::interrupt)) {
      try {
        return work.at(bench);
      } catch (CommandException e) {
        if (!bench.isInterrupted()) {
          throw e;
        }
        // Said here, as the process does not wait for who would say it further up.
        err.println("sluice: " + e.getMessage());
        err.flush();
        interrupt.told();
        return e.code();
      }
    }
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
