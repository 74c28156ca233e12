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
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * The writes that wait for a line: one at a time, before the polls, but with a poll between two of
 * them when one is due. None is ever repeated: after a timeout nobody knows what the device did. On
 * the line's context.
 */
final class Writes {

  private record Waiting(
      DeviceLoop device,
      int size,
      ArrayDeque<Write> left,
      Supplier<String> objection,
      Promise<Void> done) {

    /** Why it must not begin; one that has begun goes on. */
    String objectionNow() {
      if (left.size() < size) {
        return "";
      }
      return device.isRemoved()
          ? "device " + device.spec.id() + " was changed or removed meanwhile"
          : objection.get();
    }

    /** A no to a later transaction does not undo the former ones: the point holds half of it. */
    WriteException of(WriteException failure, int done) {
      return done == 0 || failure.outcome() == WriteException.Outcome.UNKNOWN
          ? failure
          : new WriteException(
              WriteException.Outcome.UNKNOWN,
              "only " + done + " of " + size + " transactions were done: " + failure.getMessage());
    }
  }

  private final int most;
  private final LineCounters counters;
  private final Runnable changed;
  private final BiConsumer<DeviceLoop, int[]> written;
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private boolean running;

  /** A poll is due between two writes. */
  private boolean afterPoll;

  /**
   * None yet.
   *
   * @param most so many may wait
   * @param changed called when another one may be run
   * @param written told which points hold something else now, or may
   */
  Writes(int most, LineCounters counters, Runnable changed, BiConsumer<DeviceLoop, int[]> written) {
    this.most = most;
    this.counters = counters;
    this.changed = changed;
    this.written = written;
  }

  /**
   * Puts transactions of one device into the queue; they are run one after the other.
   *
   * @param objection asked when it is their turn why they must not be run; empty if they may
   */
  Future<Void> add(DeviceLoop device, List<Write> writes, Supplier<String> objection) {
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
    waiting.add(new Waiting(device, writes.size(), new ArrayDeque<>(writes), objection, done));
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

  /** Runs the first that waits, unless it is too late for it. */
  void run() {
    Waiting first = waiting.element();
    String objection = first.objectionNow();
    if (!objection.isEmpty()) {
      waiting.remove();
      first.done.tryFail(new WriteException(WriteException.Outcome.NOT_DONE, objection));
      return;
    }
    Write write = first.left.remove();
    running = true;
    long timeout = first.device.spec.timeout().toNanos();
    Future<PollTiming> end;
    try {
      end =
          ((Writable) first.device.device).write(write, new PollRequest(PollClass.WRITE, timeout));
    } catch (RuntimeException | StackOverflowError e) {
      end = Future.failedFuture(e);
    }
    end.onComplete(result -> ended(first, write, result));
  }

  private void ended(Waiting write, Write transaction, AsyncResult<PollTiming> result) {
    running = false;
    afterPoll = true;
    if (result.succeeded()) {
      counters.writesDone.incrementAndGet();
      counters.spent(BusTime.WRITES, result.result().busNanos());
      written.accept(write.device, transaction.points());
      if (write.left.isEmpty()) {
        waiting.remove(write);
        write.done.tryComplete();
      }
    } else {
      counters.writesFailed.incrementAndGet();
      if (result.cause() instanceof PollException answer) {
        counters.spent(BusTime.WRITES, answer.busNanos());
      }
      WriteException failure = WriteException.after(transaction, result.cause());
      if (failure.outcome() == WriteException.Outcome.UNKNOWN) {
        written.accept(write.device, transaction.points());
      }
      waiting.remove(write);
      write.done.tryFail(write.of(failure, write.size - write.left.size() - 1));
    }
    changed.run();
  }

  /** The line is lost; what was not sent yet is not done. */
  void fail(String reason) {
    for (Waiting left : List.copyOf(waiting)) {
      if (!running || !left.equals(waiting.peek())) {
        waiting.remove(left);
        var failure = new WriteException(WriteException.Outcome.NOT_DONE, reason);
        left.done.tryFail(left.of(failure, left.size - left.left.size()));
      }
    }
  }
}
