package dev.sluice.gateway.outbox;

import dev.sluice.gateway.outbox.OutboxException.Reason;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What waits to become durable, and the bell of the writing thread. Bounded in bytes. Records stay
 * in it until they are durable, so that a failed commit loses nothing. Thread-safe; nobody waits
 * for the disk on its lock.
 */
final class CommitQueue {

  private static final Logger LOG = LoggerFactory.getLogger(CommitQueue.class);

  /** What a waiting record takes besides its payload: objects, promise, its place here. */
  private static final int OVERHEAD = 256;

  private final OutboxOptions options;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition bell = lock.newCondition();

  private final ArrayDeque<Pending> records = new ArrayDeque<>();
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private long bytes;

  /** Since when the writing thread owes an answer to a task; null while it owes none. */
  private @Nullable Long askedSince;

  private long refused;
  private long cursorsDirtySince;
  private boolean cursorsDirty;
  private boolean closed;

  /** Who takes what would come here; null while nobody does. */
  private @Nullable CommitQueue successor;

  /** Why nothing becomes durable; null while it does. */
  private volatile @Nullable Throwable failure;

  CommitQueue(OutboxOptions options) {
    this.options = options;
  }

  /** Takes a record, or says why not. */
  void add(Pending record) throws OutboxException {
    lock.lock();
    try {
      CommitQueue other = successor;
      if (other != null && moves(record)) {
        other.add(record);
        return;
      }
      if (closed) {
        throw closed();
      }
      long charged = bytes + record.bytes() + OVERHEAD * (records.size() + 1L);
      if (charged > options.maxPending()) {
        refused++;
        throw new OutboxException(
            Reason.FULL,
            records.size()
                + " records of "
                + bytes
                + " bytes wait to become durable, bound maxPending "
                + options.maxPending()
                + "; the disk of "
                + options.directory()
                + " does not keep up");
      }
      boolean wasEmpty = records.isEmpty();
      boolean wasFull = bytes >= options.commitBytes();
      records.add(record);
      bytes += record.bytes();
      if (wasEmpty || (!wasFull && bytes >= options.commitBytes())) {
        bell.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /** A gap names seqs of its own stream: it makes no sense in another one. */
  private static boolean moves(Pending record) {
    return record.entry().kind() != RecordKind.GAP.code();
  }

  /**
   * What waits here waits there from now on, in the same order, and what comes later goes there,
   * gaps excepted. What a commit that is under way holds may become durable in both.
   *
   * @param other not one that redirects to this
   */
  void redirect(CommitQueue other) {
    lock.lock();
    try {
      List<Pending> moving = records.stream().filter(CommitQueue::moves).toList();
      other.takeOver(moving);
      records.removeIf(CommitQueue::moves);
      moving.forEach(record -> bytes -= record.bytes());
      successor = other;
    } finally {
      lock.unlock();
    }
  }

  /** The last commit failed, or null: it worked. */
  void failure(@Nullable Throwable why) {
    failure = why;
  }

  @Nullable Throwable failure() {
    return failure;
  }

  /** Takes records itself again. */
  void redirectNoMore() {
    lock.lock();
    try {
      successor = null;
    } finally {
      lock.unlock();
    }
  }

  /** Beyond the bound, too: they have been accepted. */
  private void takeOver(List<Pending> moving) {
    lock.lock();
    try {
      records.addAll(moving);
      moving.forEach(record -> bytes += record.bytes());
      bell.signal();
    } finally {
      lock.unlock();
    }
  }

  static OutboxException closed() {
    return new OutboxException(Reason.CLOSED, "the outbox is closed");
  }

  /** Has the writing thread do something soon; false when it is closed. */
  boolean execute(Runnable task) {
    lock.lock();
    try {
      if (closed) {
        return false;
      }
      tasks.add(task);
      if (askedSince == null) {
        askedSince = System.nanoTime();
      }
      bell.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** A cursor file has become out of date. */
  void cursorsDirty() {
    lock.lock();
    try {
      if (!cursorsDirty) {
        cursorsDirty = true;
        cursorsDirtySince = System.nanoTime();
        bell.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /** The writing thread is about to bring the cursor files up to date. */
  boolean takeCursorsDirty(long now) {
    lock.lock();
    try {
      boolean due =
          cursorsDirty && (closed || now - cursorsDirtySince >= options.cursorSync().toNanos());
      cursorsDirty &= !due;
      return due;
    } finally {
      lock.unlock();
    }
  }

  /** Nothing more is taken; the writing thread finishes what is there. */
  void close() {
    lock.lock();
    try {
      closed = true;
      bell.signal();
    } finally {
      lock.unlock();
    }
  }

  boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until there is something to do: a full or ripe commit, a task, a cursor to sync, the end.
   *
   * @param commitNotBefore no commit is due before, monotonic: the disk has failed
   * @param cursorsNotBefore the same for cursors
   * @param tick at the latest then, monotonic
   */
  void await(long commitNotBefore, long cursorsNotBefore, long tick) {
    lock.lock();
    try {
      while (!closed && tasks.isEmpty()) {
        long now = System.nanoTime();
        long wait = tick - now;
        if (!records.isEmpty()) {
          wait = Math.min(wait, Math.max(untilRipe(now), commitNotBefore - now));
        }
        if (cursorsDirty) {
          long due = cursorsDirtySince + options.cursorSync().toNanos() - now;
          wait = Math.min(wait, Math.max(due, cursorsNotBefore - now));
        }
        if (wait <= 0) {
          return;
        }
        try {
          long unused = bell.awaitNanos(wait);
        } catch (InterruptedException e) {
          // Nobody has a reason to interrupt this thread: it goes on.
          LOG.atWarn().log("outbox writer interrupted");
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private long untilRipe(long now) {
    return bytes >= options.commitBytes()
        ? 0
        : records.element().sinceNanos() + options.commitWindow().toNanos() - now;
  }

  List<Runnable> takeTasks() {
    lock.lock();
    try {
      List<Runnable> taken = List.copyOf(tasks);
      tasks.clear();
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /** Those that were taken are; what came meanwhile is as good as new. */
  void tasksDone() {
    lock.lock();
    try {
      askedSince = tasks.isEmpty() ? null : (Long) System.nanoTime();
    } finally {
      lock.unlock();
    }
  }

  /** Whether a commit should start now. */
  boolean ripe(long now) {
    lock.lock();
    try {
      return !records.isEmpty() && (closed || untilRipe(now) <= 0);
    } finally {
      lock.unlock();
    }
  }

  /** The next records to commit together; they stay until {@link #remove}. */
  List<Pending> head(long maxBytes) {
    lock.lock();
    try {
      List<Pending> head = new ArrayList<>();
      long total = 0;
      Iterator<Pending> all = records.iterator();
      while (all.hasNext()) {
        Pending next = all.next();
        total += next.bytes() + 16;
        if (!head.isEmpty() && total > maxBytes) {
          break;
        }
        head.add(next);
      }
      return head;
    } finally {
      lock.unlock();
    }
  }

  /** They are durable; those that another queue took over meanwhile are not here any more. */
  void remove(List<Pending> durable) {
    lock.lock();
    try {
      for (Pending record : durable) {
        if (record.equals(records.peek())) {
          bytes -= records.remove().bytes();
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** What it holds, how long that waits, and how many it refused. */
  Depth depth() {
    lock.lock();
    try {
      Pending oldest = records.peek();
      long age = oldest == null ? 0 : System.nanoTime() - oldest.sinceNanos();
      long asked = askedSince == null ? 0 : System.nanoTime() - askedSince;
      return new Depth(records.size(), bytes, age, asked, refused);
    } finally {
      lock.unlock();
    }
  }

  /**
   * A snapshot.
   *
   * @param bytes of the records
   * @param oldestNanos age of the oldest record, ns; 0 without one
   * @param askedNanos for how long the writing thread owes an answer to a task, ns; 0 when it does
   *     not
   * @param refused records, since it was opened
   */
  record Depth(int records, long bytes, long oldestNanos, long askedNanos, long refused) {}
}
