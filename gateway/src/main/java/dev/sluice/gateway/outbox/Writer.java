package dev.sluice.gateway.outbox;

import dev.sluice.gateway.outbox.log.Entry;
import dev.sluice.gateway.outbox.log.Log;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that owns the files of the log: commits what waits, brings cursors to disk, drops what
 * is too old. A failed commit is repeated on a fresh segment, with back-off and full jitter; what
 * waits stays in memory meanwhile. Nobody interrupts this thread; if somebody does, it goes on.
 */
final class Writer implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(Writer.class);

  private static final long MAX_GROUP = 1 << 20;
  private static final long TICK_NANOS = Duration.ofSeconds(10).toNanos();

  private final Log log;
  private final CommitQueue queue;
  private final Runnable onDurable;
  private final long group;

  private final Backoff commits = new Backoff();
  private final Backoff cursors = new Backoff();
  private boolean diskFull;
  private long tick = System.nanoTime();

  /**
   * For one log.
   *
   * @param onDurable called after each commit
   */
  Writer(Log log, CommitQueue queue, OutboxOptions options, Runnable onDurable) {
    this.log = log;
    this.queue = queue;
    this.onDurable = onDurable;
    this.group = Math.min(MAX_GROUP, options.maxPayload());
  }

  /** Returns when the queue is closed and all that could be made durable is; throws nothing. */
  @Override
  public void run() {
    try {
      while (!queue.isClosed()) {
        long debts = log.owes() ? earlier(commits.notBefore(), tick) : tick;
        queue.await(commits.notBefore(), cursors.notBefore(), debts);
        boolean unused = Thread.interrupted(); // a set flag would close every channel we touch
        runTasks();
        step(System.nanoTime());
      }
      finish();
    } catch (RuntimeException | Error e) {
      LOG.atError().setCause(e).log("outbox writer ended by a bug");
      queue.failure(e);
    } finally {
      queue.close();
      runTasks(); // somebody waits for them
      Completion.fail(
          queue.head(Long.MAX_VALUE),
          new OutboxException(
              OutboxException.Reason.CLOSED, "the outbox closed before this was durable"));
    }
  }

  private static long earlier(long a, long b) {
    return a - b < 0 ? a : b;
  }

  private void runTasks() {
    for (Runnable task : queue.takeTasks()) {
      try {
        task.run();
      } catch (RuntimeException | Error e) {
        LOG.atError().setCause(e).log("outbox task failed by a bug");
      }
    }
    queue.tasksDone();
  }

  /** One commit at most, so that under load cursors, tasks and expiry have their turn. */
  private void step(long now) {
    if (commits.over(now) && (queue.ripe(now) || log.owes())) {
      boolean unused = commit();
    }
    if (cursors.over(now) && queue.takeCursorsDirty(now)) {
      syncCursors();
    }
    if (now - tick >= 0) {
      tick = now + TICK_NANOS;
      expire();
    }
  }

  private void syncCursors() {
    if (log.syncCursors()) {
      cursors.worked();
    } else {
      cursors.failed();
      queue.cursorsDirty(); // once more after a whole cursorSync, or later
    }
  }

  /** One group, and whatever is owed; whether it worked. */
  private boolean commit() {
    List<Pending> head = queue.head(group);
    List<Entry> entries = new ArrayList<>(head.size());
    head.forEach(pending -> entries.add(pending.entry()));
    long first;
    try {
      first = log.commit(entries);
    } catch (IOException e) {
      tellFull();
      failed(e);
      return false;
    }
    tellFull();
    worked();
    queue.remove(head);
    Completion.succeed(head, first);
    onDurable.run();
    return true;
  }

  private void worked() {
    if (commits.failures() > 0) {
      LOG.atInfo().addKeyValue("failures", commits.failures()).log("outbox writes again");
    }
    commits.worked();
    queue.failure(null);
  }

  /** Once when it begins and once when it ends, however many segments are written over. */
  private void tellFull() {
    if (log.diskFull() == diskFull) {
      return;
    }
    diskFull = !diskFull;
    if (diskFull) {
      LOG.atWarn()
          .addKeyValue("hint", "make room, or set outbox.maxBytes to what there is")
          .log("outbox disk is full, the oldest records are written over");
    } else {
      LOG.atInfo().log("outbox disk has room again");
    }
  }

  private void failed(IOException e) {
    if (commits.failures() == 0) {
      LOG.atError()
          .addKeyValue("reason", e.toString())
          .log("outbox cannot write, keeps records in memory");
    }
    commits.failed();
    queue.failure(e);
  }

  private void expire() {
    try {
      log.expire();
    } catch (IOException e) {
      failed(e);
    }
  }

  /** All that waits; gives up at the second failure, after a fresh segment: who waits must hear. */
  private void finish() {
    runTasks();
    int attempts = 2;
    do {
      attempts -= commit() ? 0 : 1;
    } while (attempts > 0 && (queue.ripe(System.nanoTime()) || log.owes()));
  }
}
