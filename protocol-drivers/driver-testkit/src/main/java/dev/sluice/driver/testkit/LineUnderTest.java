package dev.sluice.driver.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.Device;
import dev.sluice.driver.DeviceSettings;
import dev.sluice.driver.Driver;
import dev.sluice.driver.Line;
import dev.sluice.driver.LineSettings;
import dev.sluice.driver.Poll;
import dev.sluice.driver.PollClass;
import dev.sluice.driver.PollRequest;
import dev.sluice.driver.PollResult;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A line as its host has it: every call on the line's context, one poll after the other, connected
 * again after it was lost. For the thread of the test, which waits for each call.
 */
public final class LineUnderTest {

  /** Nothing in a test takes that long; what does hangs. */
  private static final long PATIENCE_SECONDS = 20;

  private final TestLineContext context;
  private final Line line;
  private volatile boolean up;
  private final AtomicInteger connects = new AtomicInteger();

  /**
   * Creates the line of a driver.
   *
   * @param context of this line only
   */
  public LineUnderTest(TestLineContext context, Driver driver, LineSettings settings) {
    this.context = context;
    context.onLost(() -> up = false);
    this.line = call(() -> Future.succeededFuture(driver.createLine(settings, context)));
  }

  public Line line() {
    return line;
  }

  public Device addDevice(DeviceSettings settings) {
    return call(
        () -> Future.succeededFuture(line.addDevice(settings, new TestDeviceContext(context))));
  }

  public void connect() {
    call(this::connecting);
  }

  /** Connects, without waiting; on the line's context only. */
  public Future<Void> connecting() {
    return line.connect()
        .onSuccess(
            v -> {
              connects.incrementAndGet();
              up = true;
            });
  }

  public void close() {
    call(line::close);
  }

  /** Runs a poll and waits until it ended in some way. */
  public Polled poll(Device device, Poll poll, Duration timeout) {
    return await(start(device, poll, timeout));
  }

  /** Begins a poll; the future never fails. */
  public Future<Polled> start(Device device, Poll poll, Duration timeout) {
    Promise<Polled> promise = Promise.promise();
    context
        .context()
        .runOnContext(
            v -> {
              long start = System.nanoTime();
              var request = new PollRequest(PollClass.POLL, timeout.toNanos());
              device
                  .run(poll, request)
                  .onComplete(
                      ended -> {
                        context.checkContext("completing a poll");
                        promise.complete(
                            new Polled(ended.result(), ended.cause(), start, System.nanoTime()));
                      });
            });
    return promise.future();
  }

  /** What a host does after trouble: connects if need be and polls until values come. */
  public PollResult recover(Device device, Poll poll, Duration timeout) {
    Polled last = null;
    for (int attempt = 0; attempt < 10; attempt++) {
      if (!isUp()) {
        connect();
      }
      last = poll(device, poll, timeout);
      if (last.succeeded()) {
        break;
      }
      last.failedInWords();
    }
    if (last == null) {
      throw new IllegalStateException("BUG: no attempt");
    }
    return last.succeededResult();
  }

  /** Whether the line is up after all that has happened so far was told. */
  public boolean isUp() {
    // A poll fails before its line is lost, in the same turn: look after that turn.
    return call(() -> Future.succeededFuture(up));
  }

  /** Runs a call on the line's context and waits for its success. */
  public <T> T call(Callable<Future<T>> call) {
    AsyncResult<T> outcome = outcome(call);
    if (outcome.failed()) {
      throw new AssertionError("failed: " + outcome.cause(), outcome.cause());
    }
    return outcome.result();
  }

  /** Runs a call on the line's context and waits for its end; what it throws counts as failure. */
  public <T> AsyncResult<T> outcome(Callable<Future<T>> call) {
    var done = new CompletableFuture<AsyncResult<T>>();
    context
        .context()
        .runOnContext(
            v -> {
              Future<T> future;
              try {
                future = call.call();
              } catch (Exception e) {
                done.complete(Future.failedFuture(e));
                return;
              }
              future.onComplete(
                  ended -> {
                    context.checkContext("completing a future");
                    done.complete(ended);
                  });
            });
    return get(done);
  }

  /** Everything that holds whatever the test did. */
  public void checkBehaved() {
    assertThat(context.violations()).as("broken promises").isEmpty();
    assertThat(context.lost()).as("lost() per connect").hasSizeLessThanOrEqualTo(connects.get());
  }

  /** Waits for a future on the thread of the test; its failure fails the test. */
  public static <T> T await(Future<T> future) {
    return get(future.toCompletionStage().toCompletableFuture());
  }

  private static <T> T get(CompletableFuture<T> future) {
    try {
      return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("nothing happened for " + PATIENCE_SECONDS + " s", e);
    } catch (ExecutionException e) {
      throw new AssertionError("failed: " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
