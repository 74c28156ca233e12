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
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A cursor over the log. Reading happens on a thread of its own, and waits neither for a commit nor
 * for another uplink, whatever that one reads; a second read waits for the first.
 *
 * <p>A gap that the uplink acknowledges settles what it names, so that {@link #low} does not pass a
 * missing record before its gap was delivered. Not so for {@code refused}: that is one uplink's
 * affair.
 */
final class StoredCursor implements OutboxCursor {

  private static final int ATTEMPTS = 8;
  private static final long MAX_BACKOFF_NANOS = Duration.ofMillis(400).toNanos();
  private static final Duration IDLE = Duration.ofSeconds(10);
  private static final String CORRUPT = "corrupt";

  /** Why an uplink misses a seq that was another one's gap: for its count of seqs only. */
  private static final String ELSEWHERE = "other-uplink";

  /** Who hears of new records, and where. */
  private record Listener(Context context, Runnable handler) {}

  private final Vertx vertx;
  private final Log log;
  private final Cursor cursor;
  private final ReadingPlaces places;
  private final CommitQueue queue;
  private final Duration idle;
  private final ScheduledThreadPoolExecutor readingThread;

  private final AtomicBoolean told = new AtomicBoolean();
  private final Map<Long, GapRecord> gaps = new ConcurrentHashMap<>();
  private volatile @Nullable Listener listener;

  /** Reading thread only, as what follows. */
  private boolean closed;

  private long reads;
  private @Nullable ScheduledFuture<?> idling;

  /**
   * For an uplink.
   *
   * @param threads make the one that reads; it ends when idle
   */
  StoredCursor(Vertx vertx, Log log, Cursor cursor, CommitQueue queue, ThreadFactory threads) {
    this(vertx, log, cursor, queue, threads, IDLE);
  }

  /**
   * The same.
   *
   * @param idle how long nothing is read before files are closed, or twice that
   */
  StoredCursor(
      Vertx vertx,
      Log log,
      Cursor cursor,
      CommitQueue queue,
      ThreadFactory threads,
      Duration idle) {
    this.idle = idle;
    this.vertx = vertx;
    this.log = log;
    this.cursor = cursor;
    this.places = new ReadingPlaces(() -> log.reader(cursor));
    this.queue = queue;
    this.readingThread = new ScheduledThreadPoolExecutor(1, threads);
    readingThread.setRemoveOnCancelPolicy(true);
    readingThread.setKeepAliveTime(IDLE.toNanos(), TimeUnit.NANOSECONDS);
    readingThread.allowCoreThreadTimeOut(true);
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

  @Override
  public long backlog(long end) {
    return cursor.backlog(Math.min(end, log.next()));
  }

  @Override
  public Future<List<OutboxRecord>> read(long from, int maxBytes) {
    Context caller = vertx.getOrCreateContext();
    Promise<List<OutboxRecord>> promise = Promise.promise();
    try {
      readingThread.execute(() -> attempt(from, maxBytes, caller, promise, 1));
    } catch (RejectedExecutionException e) {
      return Future.failedFuture(CommitQueue.closed());
    }
    return promise.future();
  }

  private void attempt(
      long from, int maxBytes, Context caller, Promise<List<OutboxRecord>> promise, int attempt) {
    if (closed || queue.isClosed()) {
      Completion.on(caller, () -> promise.fail(CommitQueue.closed()));
      return;
    }
    reads++;
    closeWhenIdle();
    try {
      List<OutboxRecord> records = collect(from, maxBytes);
      if (!records.isEmpty()) {
        queue.cursorsDirty();
      }
      Completion.on(caller, () -> promise.complete(records));
    } catch (IOException e) {
      retry(from, maxBytes, caller, promise, attempt, e);
    } catch (RuntimeException | Error e) {
      Completion.on(caller, () -> promise.fail(e));
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
      Completion.on(caller, () -> promise.fail(why));
      return;
    }
    try {
      var unused =
          readingThread.schedule(
              () -> attempt(from, maxBytes, caller, promise, attempt + 1),
              ThreadLocalRandom.current().nextLong(MAX_BACKOFF_NANOS),
              TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException closed) {
      Completion.on(caller, () -> promise.fail(CommitQueue.closed()));
    }
  }

  /**
   * Of a file that is open a deletion frees nothing, and somebody who reads no more, because the
   * uplink is down, would keep it open for as long.
   */
  private void closeWhenIdle() {
    if (idling != null) {
      return;
    }
    long before = reads;
    try {
      idling = readingThread.schedule(() -> idled(before), idle.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      return; // closing does it
    }
  }

  private void idled(long before) {
    idling = null;
    if (reads == before) {
      closePlaces();
    } else {
      closeWhenIdle();
    }
  }

  private List<OutboxRecord> collect(long from, int maxBytes) throws IOException {
    List<OutboxRecord> records = new ArrayList<>();
    long next = from;
    boolean more = true;
    while (more && records.isEmpty()) {
      LogReader.Read read = places.read(next, maxBytes);
      read.holes().forEach(this::missing);
      for (StoredRecord stored : read.records()) {
        if (RecordKind.knows(stored.kind())) {
          records.add(published(stored));
        } else {
          // Written by a newer version: nothing here can deliver it, and what follows must go on.
          missing(new LogReader.Hole(stored.seq(), stored.seq(), stored.readings()));
        }
        next = stored.seq() + 1;
      }
      more = !read.records().isEmpty();
    }
    return records;
  }

  private void missing(LogReader.Hole hole) {
    boolean unused = queue.execute(() -> log.missing(hole));
  }

  private OutboxRecord published(StoredRecord stored) {
    RecordKind kind = RecordKind.ofCode(stored.kind());
    if (kind == RecordKind.GAP) {
      try {
        GapRecord gap = GapRecord.decode(stored.payload());
        if (!gap.concerns(uplink())) {
          var none = new GapRecord(stored.seq(), stored.seq(), 0, ELSEWHERE);
          return new OutboxRecord(stored.seq(), kind, 0, none.encode());
        }
        gaps.put(stored.seq(), gap);
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
    if (gap != null && gap.settles() && gap.last() < next) {
      dirty |= cursor.acknowledge(gap.first(), gap.last());
      if (gap.reason().equals(CORRUPT)) {
        // The damaged records may have been gaps: what they named would stay open for ever.
        // Not beyond this gap: what later ones name is settled by them.
        dirty |= cursor.clip(Math.min(log.floor(), gap.last() + 1));
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

  /** Reads no more; a read under way is not waited for. */
  void close() {
    readingThread.execute(this::closeFiles);
    readingThread.shutdown();
  }

  /** Waits for the last read after {@link #close}; whether it ended in time. */
  boolean awaitClosed(long limitNanos) throws InterruptedException {
    return readingThread.awaitTermination(limitNanos, TimeUnit.NANOSECONDS);
  }

  private void closeFiles() {
    closed = true;
    ScheduledFuture<?> waiting = idling;
    if (waiting != null) {
      waiting.cancel(false); // else the thread would live for it
    }
    closePlaces();
  }

  private void closePlaces() {
    try {
      places.close();
    } catch (IOException e) {
      return; // counted below us; they were open for reading only
    }
  }
}
