package dev.sluice.gateway.outbox;

import dev.sluice.gateway.outbox.log.Cursor;
import dev.sluice.gateway.outbox.log.Log;
import dev.sluice.gateway.outbox.log.LogReader;
import dev.sluice.gateway.outbox.log.StoredRecord;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A cursor over the log. Reading happens on the reading thread and never waits for a commit.
 *
 * <p>A gap that the uplink acknowledges settles what it names, so that {@link #low} does not pass a
 * missing record before its gap was delivered. Not so for {@code refused}: that is one uplink's
 * affair.
 */
final class StoredCursor implements OutboxCursor {

  private static final int ATTEMPTS = 8;
  private static final long MAX_BACKOFF_NANOS = Duration.ofMillis(400).toNanos();
  private static final String REFUSED = "refused";
  private static final String CORRUPT = "corrupt";

  /** Who hears of new records, and where. */
  private record Listener(Context context, Runnable handler) {}

  private final Vertx vertx;
  private final Log log;
  private final Cursor cursor;
  private final LogReader reader;
  private final CommitQueue queue;
  private final ScheduledExecutorService readingThread;

  private final AtomicBoolean reading = new AtomicBoolean();
  private final AtomicBoolean told = new AtomicBoolean();
  private final Map<Long, GapRecord> gaps = new ConcurrentHashMap<>();
  private volatile @Nullable Listener listener;

  StoredCursor(
      Vertx vertx,
      Log log,
      Cursor cursor,
      CommitQueue queue,
      ScheduledExecutorService readingThread) {
    this.vertx = vertx;
    this.log = log;
    this.cursor = cursor;
    this.reader = log.reader(cursor);
    this.queue = queue;
    this.readingThread = readingThread;
  }

  @Override
  public String uplink() {
    return cursor.uplink();
  }

  @Override
  public long low() {
    return Math.min(cursor.low(), log.next());
  }

  @Override
  public long next() {
    return log.next();
  }

  long backlog() {
    return cursor.backlog(log.next());
  }

  @Override
  public Future<List<OutboxRecord>> read(long from, int maxBytes) {
    if (!reading.compareAndSet(false, true)) {
      return Future.failedFuture(
          new IllegalStateException("BUG: a second read of " + uplink() + " while one runs"));
    }
    Context caller = vertx.getOrCreateContext();
    Promise<List<OutboxRecord>> promise = Promise.promise();
    try {
      readingThread.execute(() -> attempt(from, maxBytes, caller, promise, 1));
    } catch (RejectedExecutionException e) {
      reading.set(false);
      return Future.failedFuture(CommitQueue.closed());
    }
    return promise.future();
  }

  private void attempt(
      long from, int maxBytes, Context caller, Promise<List<OutboxRecord>> promise, int attempt) {
    if (queue.isClosed()) {
      done(caller, () -> promise.fail(CommitQueue.closed()));
      return;
    }
    try {
      LogReader.Read read = reader.read(from, maxBytes);
      read.holes().forEach(hole -> queue.execute(() -> log.missing(hole)));
      List<OutboxRecord> records = new ArrayList<>(read.records().size());
      for (StoredRecord stored : read.records()) {
        records.add(published(stored));
      }
      if (!records.isEmpty()) {
        queue.cursorsDirty();
      }
      done(caller, () -> promise.complete(records));
    } catch (IOException e) {
      retry(from, maxBytes, caller, promise, attempt, e);
    } catch (RuntimeException e) {
      done(caller, () -> promise.fail(e));
    }
  }

  private void retry(
      long from,
      int maxBytes,
      Context caller,
      Promise<List<OutboxRecord>> promise,
      int attempt,
      IOException e) {
    OutboxException why =
        new OutboxException(
            OutboxException.Reason.DISK, "cannot read the outbox: " + e.getMessage(), e);
    if (attempt == ATTEMPTS) {
      done(caller, () -> promise.fail(why));
      return;
    }
    try {
      var unused =
          readingThread.schedule(
              () -> attempt(from, maxBytes, caller, promise, attempt + 1),
              ThreadLocalRandom.current().nextLong(MAX_BACKOFF_NANOS),
              TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException closed) {
      done(caller, () -> promise.fail(CommitQueue.closed()));
    }
  }

  private void done(Context caller, Runnable result) {
    reading.set(false);
    Completion.on(caller, result);
  }

  private OutboxRecord published(StoredRecord stored) {
    RecordKind kind = RecordKind.ofCode(stored.kind());
    if (kind == RecordKind.GAP) {
      try {
        gaps.put(stored.seq(), GapRecord.decode(stored.payload()));
      } catch (OutboxException e) {
        gaps.remove(stored.seq()); // appended by somebody else; it settles nothing
      }
    }
    return new OutboxRecord(stored.seq(), kind, stored.readings(), stored.payload());
  }

  @Override
  public void ack(long seq) {
    long next = log.next();
    if (seq < 1 || seq >= next) {
      throw new IllegalArgumentException(
          "seq " + seq + " of " + uplink() + " is not durable, expected 1 to " + (next - 1));
    }
    boolean dirty = cursor.acknowledge(seq, seq);
    GapRecord gap = gaps.remove(seq);
    if (gap != null && !gap.reason().equals(REFUSED) && gap.first() > 0 && gap.last() < next) {
      dirty |= cursor.acknowledge(gap.first(), gap.last());
      if (gap.reason().equals(CORRUPT)) {
        // The damaged records may have been gaps: what they named would stay open for ever.
        dirty |= cursor.clip(log.floor());
      }
    }
    if (dirty) {
      queue.cursorsDirty();
    }
  }

  @Override
  public void onRecords(Runnable handler) {
    listener = new Listener(vertx.getOrCreateContext(), handler);
  }

  /** Called after each commit; commits that come faster than the handler share one call. */
  void tell() {
    Listener current = listener;
    if (current != null && told.compareAndSet(false, true)) {
      Completion.on(
          current.context(),
          () -> {
            told.set(false);
            current.handler().run();
          });
    }
  }

  /** On the reading thread. */
  void close() {
    try {
      reader.close();
    } catch (IOException e) {
      return; // counted below us; it was open for reading only
    }
  }
}
