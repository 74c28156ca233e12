package dev.sluice.gateway.acquire;

import dev.sluice.driver.PollClass;
import dev.sluice.driver.PollException;
import dev.sluice.driver.PollRequest;
import dev.sluice.driver.PollTiming;
import dev.sluice.driver.Writable;
import dev.sluice.driver.Write;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.List;

/**
 * The writes that wait for a line: one at a time, before the polls, but with a poll between two of
 * them when one is due. None is ever repeated: after a timeout nobody knows what the device did. On
 * the line's context.
 */
final class Writes {

  private record Waiting(
      DeviceLoop device, Writable writable, ArrayDeque<Write> left, Promise<Void> done) {}

  private final int most;
  private final LineCounters counters;
  private final Runnable changed;
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private boolean running;

  /** A poll is due between two writes. */
  private boolean afterPoll;

  /**
   * None yet.
   *
   * @param most so many may wait
   * @param changed called when another one may be run
   */
  Writes(int most, LineCounters counters, Runnable changed) {
    this.most = most;
    this.counters = counters;
    this.changed = changed;
  }

  /** Puts transactions of one device into the queue; they are run one after the other. */
  Future<Void> add(DeviceLoop device, Writable writable, List<Write> writes) {
    if (waiting.size() >= most) {
      counters.writesRefused.incrementAndGet();
      return Future.failedFuture(
          new WriteException(
              WriteException.Outcome.NOT_DONE,
              "already "
                  + most
                  + " writes wait for line "
                  + device.spec.line()
                  + " (acquire.writes)"));
    }
    if (writes.isEmpty()) {
      return Future.succeededFuture();
    }
    Promise<Void> done = Promise.promise();
    waiting.add(new Waiting(device, writable, new ArrayDeque<>(writes), done));
    changed.run();
    return done.future();
  }

  /** Whether one may be run now. */
  boolean isDue(boolean pollIsDue) {
    return !running && !waiting.isEmpty() && !(afterPoll && pollIsDue);
  }

  boolean isRunning() {
    return running;
  }

  /** A poll went out: the next write may go before the next one. */
  void pollRan() {
    afterPoll = false;
  }

  /** Runs the first that waits. */
  void run() {
    Waiting first = waiting.element();
    Write write = first.left.remove();
    running = true;
    long timeout = first.device.spec.timeout().toNanos();
    Future<PollTiming> written;
    try {
      written = first.writable.write(write, new PollRequest(PollClass.WRITE, timeout));
    } catch (RuntimeException | StackOverflowError e) {
      written = Future.failedFuture(e);
    }
    written.onComplete(result -> ended(first, write, result));
  }

  private void ended(Waiting write, Write transaction, AsyncResult<PollTiming> result) {
    running = false;
    afterPoll = true;
    if (result.succeeded()) {
      counters.writesDone.incrementAndGet();
      counters.spent(BusTime.WRITES, result.result().busNanos());
      if (write.left.isEmpty()) {
        waiting.remove(write);
        write.done.tryComplete();
      }
    } else {
      counters.writesFailed.incrementAndGet();
      if (result.cause() instanceof PollException failure) {
        counters.spent(BusTime.WRITES, failure.busNanos());
      }
      waiting.remove(write);
      write.done.tryFail(WriteException.after(transaction, result.cause()));
    }
    changed.run();
  }

  /** The line is lost; what was not sent yet is not done. */
  void fail(String reason) {
    for (Waiting left : List.copyOf(waiting)) {
      if (!running || !left.equals(waiting.peek())) {
        waiting.remove(left);
        left.done.tryFail(new WriteException(WriteException.Outcome.NOT_DONE, reason));
      }
    }
  }
}
