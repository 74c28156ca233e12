package dev.sluice.gateway.cli;

import dev.sluice.driver.Driver;
import dev.sluice.driver.SettingsException;
import dev.sluice.driver.Values;
import dev.sluice.driver.Write;
import dev.sluice.gateway.acquire.Attempt;
import dev.sluice.gateway.acquire.ClockOptions;
import dev.sluice.gateway.acquire.ClockTrust;
import dev.sluice.gateway.acquire.DeviceSpec;
import dev.sluice.gateway.acquire.LineSpec;
import dev.sluice.gateway.acquire.OpenDevice;
import dev.sluice.gateway.acquire.OpenLine;
import dev.sluice.gateway.acquire.SystemClock;
import dev.sluice.gateway.acquire.WriteException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Where a command opens a line to ask devices itself, without a gateway around it. Blocks, and is
 * used by the thread of the command; only {@link #interrupt()} may come from another one.
 */
final class Workbench implements AutoCloseable {

  /** Drivers connect, or say why not, within 10 s; a dead one must not hold a command for ever. */
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(15);

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  private final Vertx vertx =
      Vertx.vertx(
          new VertxOptions()
              .setEventLoopPoolSize(1)
              .setWorkerPoolSize(2)
              .setInternalBlockingPoolSize(2)
              .setDisableTCCL(true));
  private final SystemClock time = new SystemClock(new ClockOptions(ClockTrust.AUTO, null));
  private final CompletableFuture<Void> interrupted = new CompletableFuture<>();

  SystemClock time() {
    return time;
  }

  /** Sets a line up without connecting it. */
  OpenLine open(LineSpec spec, Driver driver) throws CommandException {
    var line = new OpenLine(spec, driver, time);
    try {
      await(vertx.deployVerticle(line), CLOSE_LIMIT);
    } catch (ExecutionException e) {
      throw CommandException.refused("line " + spec.id() + ": " + words(e));
    }
    return line;
  }

  /** Adds a device to it. */
  OpenDevice add(OpenLine line, DeviceSpec device) throws CommandException {
    try {
      return await(line.add(device), CLOSE_LIMIT);
    } catch (ExecutionException e) {
      throw CommandException.refused("device " + device.id() + ": " + words(e));
    }
  }

  /**
   * Reads points.
   *
   * @param patience how long to wait for what the device sends by itself
   */
  List<Attempt> read(OpenDevice device, int[] points, Duration patience) throws CommandException {
    DeviceSpec spec = device.spec();
    // Each point alone at the worst, after a late reply of the one before.
    Duration each = spec.timeout().multipliedBy(4L * (spec.retries() + 1));
    Duration limit = each.multipliedBy(points.length + 1L).plus(patience).plus(CONNECT_LIMIT);
    try {
      return await(device.read(points, patience), limit);
    } catch (ExecutionException e) {
      throw CommandException.failed("the driver failed: " + e.getCause());
    }
  }

  /** What would be sent to write a value. */
  List<Write> planWrite(OpenDevice device, int[] points, Values values) throws CommandException {
    try {
      return await(device.planWrite(points, values), CLOSE_LIMIT);
    } catch (ExecutionException e) {
      throw CommandException.refused(words(e));
    }
  }

  /** Sends them, one after the other, up to the first that fails or an interruption. */
  WriteOutcome write(OpenDevice device, List<Write> writes) {
    int done = 0;
    for (Write write : writes) {
      if (isInterrupted()) {
        var unsent =
            new WriteException(
                WriteException.Outcome.NOT_DONE,
                write.describe() + ": interrupted before it was sent");
        return new WriteOutcome(unsent, done, writes.size());
      }
      try {
        await(device.write(write), device.spec().timeout().multipliedBy(4).plus(CONNECT_LIMIT));
      } catch (ExecutionException e) {
        WriteException failure =
            e.getCause() instanceof WriteException known
                ? known
                : new WriteException(WriteException.Outcome.UNKNOWN, words(e));
        return new WriteOutcome(failure, done, writes.size());
      } catch (CommandException e) {
        var unknown =
            new WriteException(
                WriteException.Outcome.UNKNOWN,
                write.describe()
                    + ": "
                    + e.getMessage()
                    + "; whether the device did it is not known");
        return new WriteOutcome(unknown, done, writes.size());
      }
      done++;
    }
    return new WriteOutcome(null, done, writes.size());
  }

  /** Connects it. */
  void connect(OpenLine line) throws CommandException {
    try {
      await(line.connect(), CONNECT_LIMIT);
    } catch (ExecutionException e) {
      throw CommandException.failed(Advice.onConnect(line.spec().id(), words(e)));
    }
  }

  /** Gives a line back. */
  void close(OpenLine line) throws CommandException {
    try {
      await(vertx.undeploy(line.deploymentID()), CLOSE_LIMIT);
    } catch (ExecutionException e) {
      throw CommandException.failed("line " + line.spec().id() + ": " + words(e));
    }
  }

  /** What the future gives; an {@link ExecutionException} with what it fails with. */
  <T> T await(Future<T> future, Duration limit) throws ExecutionException, CommandException {
    CompletableFuture<T> result = future.toCompletionStage().toCompletableFuture();
    try {
      CompletableFuture.anyOf(result, interrupted).get(limit.toMillis(), TimeUnit.MILLISECONDS);
      if (!result.isDone()) {
        throw CommandException.failed("interrupted");
      }
      return result.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CommandException.failed("interrupted");
    } catch (TimeoutException e) {
      throw CommandException.failed(
          "the driver gave no answer within " + limit.toSeconds() + " s; please report it");
    }
  }

  /**
   * What a person says, who has all the time there is.
   *
   * @return none when this is interrupted, even if there is an answer by then
   */
  <T> Optional<T> awaitPerson(CompletableFuture<T> answer) throws ExecutionException {
    try {
      CompletableFuture.anyOf(answer, interrupted).get();
      return isInterrupted() ? Optional.empty() : Optional.of(answer.get());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /** Ends whatever is waited for, and all that would be later. */
  void interrupt() {
    interrupted.complete(null);
  }

  boolean isInterrupted() {
    return interrupted.isDone();
  }

  private static String words(ExecutionException failed) {
    Throwable cause = failed.getCause() == null ? failed : failed.getCause();
    if (cause instanceof SettingsException settings) {
      return String.join("; ", settings.problems().stream().map(Object::toString).toList());
    }
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }

  @Override
  public void close() {
    try {
      vertx
          .close()
          .toCompletionStage()
          .toCompletableFuture()
          .get(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      // The process ends now anyway, and the port with it.
      Cli.debug("line not closed", e);
    }
  }
}
