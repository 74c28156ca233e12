package dev.sluice.gateway.outbox;

import dev.sluice.gateway.outbox.log.DiskFullException;
import dev.sluice.gateway.outbox.log.Entry;
import dev.sluice.gateway.outbox.log.Log;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
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
  private static final long FIRST_BACKOFF_NANOS = Duration.ofMillis(100).toNanos();
  private static final long MAX_BACKOFF_NANOS = Duration.ofSeconds(5).toNanos();

  private final Log log;
  private final CommitQueue queue;
  private final Runnable onDurable;
  private final long group;

  private int failures;
  private long commitNotBefore = System.nanoTime();
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

  /** Returns when the queue is closed and all that could be made durable is. */
  @Override
  public void run() {
    try {
      while (!queue.isClosed()) {
        queue.await(commitNotBefore, log.owes() ? earlier(commitNotBefore, tick) : tick);
        boolean unused = Thread.interrupted(); // a set flag would close every channel we touch
        queue.takeTasks().forEach(Runnable::run);
        step(System.nanoTime());
      }
      finish();
    } catch (RuntimeException e) {
      LOG.atError().setCause(e).log("outbox writer ended by a bug");
    } finally {
      queue.close();
      Completion.fail(
          queue.head(Long.MAX_VALUE),
          new OutboxException(
              OutboxException.Reason.CLOSED, "the outbox closed before this was durable"));
    }
  }

  private static long earlier(long a, long b) {
    return a - b < 0 ? a : b;
  }

  private void step(long now) {
    if (now - commitNotBefore >= 0 && (queue.ripe(now) || log.owes())) {
      commit();
    }
    if (queue.takeCursorsDirty(now) && !log.syncCursors()) {
      queue.cursorsDirty(); // once more after a whole cursorSync
    }
    if (now - tick >= 0) {
      tick = now + TICK_NANOS;
      expire();
    }
  }

  /** All that is ripe, in groups; stops at the first failure. Whether all of it worked. */
  private boolean commit() {
    List<Pending> head = queue.head(group);
    do {
      List<Entry> entries = new ArrayList<>(head.size());
      head.forEach(pending -> entries.add(pending.entry()));
      long first;
      try {
        first = log.commit(entries);
      } catch (IOException e) {
        failed(e);
        return false;
      }
      worked();
      queue.remove(head.size());
      Completion.succeed(head, first);
      onDurable.run();
      head = queue.head(group);
    } while (queue.ripe(System.nanoTime()));
    return true;
  }

  private void worked() {
    if (failures > 0) {
      LOG.atInfo().addKeyValue("failures", failures).log("outbox writes again");
    }
    failures = 0;
  }

  private void failed(IOException e) {
    if (failures++ == 0) {
      LOG.atError()
          .addKeyValue("reason", e.toString())
          .log("outbox cannot write, keeps records in memory");
    }
    long bound = Math.min(MAX_BACKOFF_NANOS, FIRST_BACKOFF_NANOS << Math.min(failures - 1, 20));
    long wait = ThreadLocalRandom.current().nextLong(bound);
    if (e instanceof DiskFullException && log.makeRoom()) {
      LOG.atWarn().log("outbox gave its oldest segment away to a full disk");
      wait = failures == 1 ? 0 : wait; // once at once; a disk that others fill must not empty us
    }
    commitNotBefore = System.nanoTime() + wait;
  }

  private void expire() {
    try {
      log.expire();
    } catch (IOException e) {
      failed(e);
    }
  }

  /** Two last attempts, the second on a fresh segment: whoever waits must hear. */
  private void finish() {
    queue.takeTasks().forEach(Runnable::run);
    if (!commit()) {
      commit();
    }
  }
}
