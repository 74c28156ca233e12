package dev.sluice.gateway.outbox;

import dev.sluice.driver.TimeSource;
import dev.sluice.gateway.outbox.OutboxException.Reason;
import dev.sluice.gateway.outbox.log.Entry;
import dev.sluice.gateway.outbox.log.FileOps;
import dev.sluice.gateway.outbox.log.Log;
import dev.sluice.gateway.outbox.log.VolatileFiles;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was accepted here survives kill -9 and power loss, in order, until every uplink has it or a
 * bound forces it out, which is then said by a gap record. Safe for use from any context; nothing
 * here blocks.
 *
 * <pre>
 *   any context --append--> CommitQueue --Writer (one thread)--> Log --> disk
 *                               ^                                 |
 *   uplink --ack, holes---------+      uplink &lt;--read, a thread each
 * </pre>
 */
public final class Outbox {

  private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);
  private static final Duration MAX_LAST_READ = Duration.ofSeconds(5);

  /** How the id of a stream begins that is gone with the process. */
  public static final String VOLATILE = "volatile-";

  private final Vertx vertx;
  private final OutboxOptions options;
  private final Log log;
  private final boolean durable;
  private final CommitQueue queue;
  private final Map<String, StoredCursor> cursors = new ConcurrentHashMap<>();
  private final Map<String, Future<Void>> forgetting = new ConcurrentHashMap<>();
  private final Promise<Void> ended = Promise.promise();

  private Outbox(Vertx vertx, OutboxOptions options, Log log, boolean durable) {
    this.vertx = vertx;
    this.options = options;
    this.log = log;
    this.durable = durable;
    this.queue = new CommitQueue(options);
  }

  /**
   * Opens the directory, which is made when missing, and brings its files in order after a crash.
   * Completes on the caller's context; fails with {@link OutboxException}: {@link Reason#LOCKED},
   * {@link Reason#NEWER_FORMAT} or {@link Reason#DISK}.
   */
  public static Future<Outbox> open(Vertx vertx, OutboxOptions options, TimeSource time) {
    return open(vertx, options, time, FileOps.DISK);
  }

  static Future<Outbox> open(Vertx vertx, OutboxOptions options, TimeSource time, FileOps files) {
    return open(vertx, options, time, files, true);
  }

  /**
   * One that is gone with the process, of the same kind otherwise; its stream says so.
   *
   * @param capacity bytes of memory that its files take at most
   */
  static Future<Outbox> inMemory(
      Vertx vertx, OutboxOptions options, TimeSource time, long capacity) {
    return open(vertx, options, time, new VolatileFiles(capacity), false);
  }

  private static Future<Outbox> open(
      Vertx vertx, OutboxOptions options, TimeSource time, FileOps files, boolean durable) {
    Context caller = vertx.getOrCreateContext();
    Promise<Outbox> promise = Promise.promise();
    Runnable life =
        () -> {
          Outbox outbox;
          try {
            outbox = new Outbox(vertx, options, Opening.log(options, time, files), durable);
          } catch (OutboxException | RuntimeException | Error e) {
            Completion.on(caller, () -> promise.fail(e)); // whoever opens must hear of a bug, too
            return;
          }
          outbox.queue.cursorsDirty(); // what the files said is brought into files of this run
          Completion.on(caller, () -> promise.complete(outbox));
          outbox.live();
        };
    thread("writer", life).start();
    return promise.future();
  }

  private static Thread thread(String what, Runnable life) {
    Thread thread = new Thread(life, "sluice-outbox-" + what);
    thread.setDaemon(true);
    return thread;
  }

  private void live() {
    try {
      new Writer(log, queue, options, () -> cursors.values().forEach(StoredCursor::tell)).run();
    } finally {
      try {
        end();
      } finally {
        ended.complete(); // whatever happened: whoever closes must not wait for ever
      }
    }
  }

  private void end() {
    try {
      cursors.values().forEach(StoredCursor::close);
      awaitReaders();
    } finally {
      try {
        log.close();
      } catch (IOException | RuntimeException e) {
        LOG.atWarn().setCause(e).log("outbox not closed cleanly");
      }
    }
  }

  private void awaitReaders() {
    try {
      long end = System.nanoTime() + MAX_LAST_READ.toNanos();
      for (StoredCursor cursor : cursors.values()) {
        if (!cursor.awaitClosed(end - System.nanoTime())) {
          LOG.atWarn()
              .addKeyValue("uplink", cursor.uplink())
              .log("outbox closes while a read is stuck");
        }
      }
    } catch (InterruptedException e) {
      LOG.atDebug().setCause(e).log("outbox writer interrupted, closes nevertheless");
    }
  }

  /**
   * Id of the stream: 26 characters, new for a fresh directory and after a lost tail. That of one
   * in memory begins with {@value #VOLATILE}: whoever stores or shows the id has the mark with it.
   */
  public String stream() {
    return (durable ? "" : VOLATILE) + log.stream().text();
  }

  /** Whether what is accepted survives the process. */
  public boolean isDurable() {
    return durable;
  }

  /** Whether it takes nothing any more: closed, or its writing thread ended by a bug. */
  boolean hasEnded() {
    return queue.isClosed();
  }

  /** What waits for the disk: how much, and since when. */
  CommitQueue.Depth waiting() {
    return queue.depth();
  }

  /** Why what waits does not become durable, as far as known. */
  OutboxException failure() {
    Throwable why = queue.failure();
    String words = why == null ? "a write does not come to its end" : why.toString();
    return new OutboxException(
        Reason.DISK, "cannot write in " + options.directory() + ": " + words, why);
  }

  /** How many records an uplink has left here; 0 for one without a cursor. */
  long left(String uplink) {
    return log.backlog().getOrDefault(uplink, 0L);
  }

  /**
   * What waits, and what comes from now on, goes to another one. A commit under way goes on: what
   * it holds may become durable in both.
   */
  void giveUpTo(Outbox other) {
    queue.redirect(other.queue);
  }

  /**
   * The same between two commits, so that nothing is in both; completes on the caller's context.
   */
  Future<Void> retireTo(Outbox other) {
    Context caller = vertx.getOrCreateContext();
    Promise<Void> retired = Promise.promise();
    Runnable task =
        () -> {
          queue.redirect(other.queue);
          Completion.on(caller, retired::complete);
        };
    return queue.execute(task) ? retired.future() : Future.failedFuture(CommitQueue.closed());
  }

  /** Takes records itself again. */
  void takeAgain() {
    queue.redirectNoMore();
  }

  boolean isDiskFull() {
    return durable && log.diskFull();
  }

  /** Records that a bound forced out before every uplink had them, by reason. */
  Map<String, Long> forcedOut() {
    return log.forcedOut();
  }

  /**
   * Makes a record durable. Completes on the caller's context with its seq once it is on disk; that
   * is within {@link OutboxOptions#commitWindow()} and one fsync while the disk works. While it
   * does not, records wait in memory.
   *
   * @param payload not copied: must not change any more
   * @param readings how many readings it holds, counted when it gets lost; 0 or more
   * @return fails with {@link OutboxException}: {@link Reason#FULL}, {@link Reason#TOO_LARGE} or
   *     {@link Reason#CLOSED}
   */
  public Future<Long> append(RecordKind kind, byte[] payload, int readings) {
    if (readings < 0) {
      throw new IllegalArgumentException(readings + " readings, expected 0 or more");
    }
    Context caller = vertx.getOrCreateContext();
    Promise<Long> promise = Promise.promise();
    try {
      if (payload.length > options.maxPayload()) {
        throw new OutboxException(
            Reason.TOO_LARGE,
            "record of "
                + payload.length
                + " bytes, expected at most "
                + options.maxPayload()
                + " (segmentBytes less its headers)");
      }
      Entry entry = new Entry(kind.code(), readings, payload);
      queue.add(new Pending(entry, promise, caller, System.nanoTime()));
    } catch (OutboxException e) {
      return Future.failedFuture(e);
    }
    return promise.future();
  }

  /**
   * Makes the cursors of those uplinks that have none, durably: what becomes durable after this
   * completed is kept for them, whatever happens. Where none of the uplinks of this outbox had
   * anything yet, all begin with the oldest record. To be called with all of a configuration,
   * before those that it no longer names are forgotten.
   *
   * <p>On a disk that does not take it, it completes nevertheless, and is tried again: a crash
   * until then would let a new uplink begin anew.
   */
  public Future<Void> join(Map<String, CursorStart> uplinks) {
    Context caller = vertx.getOrCreateContext();
    Promise<Void> promise = Promise.promise();
    Map<String, Boolean> now = new TreeMap<>();
    uplinks.forEach((id, start) -> now.put(id, start == CursorStart.NOW));
    if (!queue.execute(() -> joinNow(now, caller, promise))) {
      return Future.failedFuture(CommitQueue.closed());
    }
    return promise.future();
  }

  /** Fails with {@link Reason#DISK} when the cursors of this process do not get to the disk. */
  Future<Void> takesWrites() {
    Context caller = vertx.getOrCreateContext();
    Promise<Void> promise = Promise.promise();
    Runnable task =
        () -> {
          var none = new OutboxException(Reason.DISK, "cursors do not get to the disk");
          Future<Void> told =
              log.syncCursors() ? Future.succeededFuture() : Future.failedFuture(none);
          Completion.on(caller, () -> promise.handle(told));
        };
    return queue.execute(task) ? promise.future() : Future.failedFuture(CommitQueue.closed());
  }

  /** On the writing thread. */
  private void joinNow(Map<String, Boolean> now, Context caller, Promise<Void> promise) {
    try {
      if (!log.join(now)) {
        LOG.atWarn().addKeyValue("uplinks", now.keySet()).log("cursors not on disk yet");
        queue.cursorsDirty();
      }
      cursors.values().forEach(StoredCursor::tell);
      Completion.on(caller, promise::complete);
    } catch (RuntimeException | Error e) {
      Completion.on(caller, () -> promise.fail(e));
    }
  }

  /**
   * The cursor of an uplink, always the same one; created at the oldest record when new and not
   * made by {@link #join}.
   *
   * @param uplink its id; becomes a file name, where anything but letters, digits, dot, dash and
   *     underscore takes three characters per byte, at most 247 in all
   * @throws IllegalArgumentException for an id that is empty or too long
   * @throws IllegalStateException while the uplink is being forgotten: it must be awaited
   */
  public OutboxCursor cursor(String uplink) {
    return cursors.compute(
        uplink,
        (id, known) -> {
          if (forgetting.containsKey(id)) {
            throw new IllegalStateException(
                "BUG: cursor of " + id + " asked for before forget of it completed");
          }
          return known == null ? made(id) : known;
        });
  }

  private StoredCursor made(String uplink) {
    StoredCursor made =
        new StoredCursor(
            vertx, log, log.cursor(uplink), queue, task -> thread("reader-" + uplink, task));
    queue.cursorsDirty();
    return made;
  }

  /** The uplinks that have a cursor, also those that nobody asked for since the start. */
  public Set<String> uplinks() {
    return log.uplinks();
  }

  /**
   * Forgets the cursor of an uplink that is no longer configured: until then its records are kept
   * for it. Whoever still holds the cursor must not use it any more; once this completed, {@link
   * #cursor} makes a new one. Completes on the caller's context; after a failure the cursor is
   * there as before, and {@link #cursor} hands it out.
   *
   * @return fails with {@link OutboxException}: {@link Reason#DISK} or {@link Reason#CLOSED}
   */
  public Future<Void> forget(String uplink) {
    Context caller = vertx.getOrCreateContext();
    Promise<Void> promise = Promise.promise();
    Promise<Void> done = Promise.promise();
    Future<Void> running = forgetting.putIfAbsent(uplink, done.future());
    (running == null ? done.future() : running)
        .onComplete(result -> Completion.on(caller, () -> promise.handle(result)));
    if (running == null && !queue.execute(() -> forgetNow(uplink, done))) {
      forgetting.remove(uplink);
      done.fail(CommitQueue.closed());
    }
    return promise.future();
  }

  /** On the writing thread. */
  private void forgetNow(String uplink, Promise<Void> done) {
    StoredCursor gone = cursors.remove(uplink);
    if (gone != null) {
      gone.close();
    }
    Throwable failure = null;
    try {
      log.forget(uplink);
    } catch (IOException e) {
      failure =
          new OutboxException(Reason.DISK, "cannot delete the cursor of " + uplink + ": " + e, e);
    } catch (RuntimeException | Error e) {
      failure = e;
    }
    if (failure != null) {
      queue.cursorsDirty(); // the file may be gone although the cursor is not
    }
    forgetting.remove(uplink); // before anybody hears: from then on a new cursor may be made
    if (failure == null) {
      done.complete();
    } else {
      done.fail(failure);
    }
  }

  /** A snapshot; from any thread. */
  public OutboxStats stats() {
    return OutboxStats.of(log, queue.depth(), durable);
  }

  /**
   * Makes everything durable, cursors too, and gives the directory free. Reads under way fail.
   * Completes on the caller's context; closing twice is closing once.
   */
  public Future<Void> close() {
    Context caller = vertx.getOrCreateContext();
    Promise<Void> promise = Promise.promise();
    queue.close();
    ended.future().onComplete(done -> Completion.on(caller, promise::complete));
    return promise.future();
  }
}
