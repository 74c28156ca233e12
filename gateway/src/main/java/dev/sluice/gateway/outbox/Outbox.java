package dev.sluice.gateway.outbox;

import dev.sluice.driver.TimeSource;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The outbox as a neighbour sees it. Safe for use from any context. */
public final class Outbox {

  private final Vertx vertx;
  private final TreeMap<Long, OutboxRecord> records = new TreeMap<>();
  private final Map<String, MemoryCursor> cursors = new TreeMap<>();
  private long next = 1;
  private long bytes;
  private boolean closed;

  private Outbox(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Opens the directory; fails with {@link OutboxException}. */
  public static Future<Outbox> open(Vertx vertx, OutboxOptions options, TimeSource time) {
    return Future.succeededFuture(new Outbox(vertx));
  }

  /** Id of the stream, 26 characters. */
  public String stream() {
    return "01JD0000000000000000000000";
  }

  /** Makes a record durable; the future completes on the caller's context with its seq. */
  public Future<Long> append(RecordKind kind, byte[] payload, int readings) {
    Context context = vertx.getOrCreateContext();
    Promise<Long> promise = Promise.promise();
    synchronized (this) {
      if (closed) {
        return Future.failedFuture(
            new OutboxException(OutboxException.Reason.CLOSED, "the outbox is closed"));
      }
      long seq = next++;
      records.put(seq, new OutboxRecord(seq, kind, readings, payload));
      bytes += payload.length;
      context.runOnContext(ignored -> promise.complete(seq));
      for (MemoryCursor cursor : cursors.values()) {
        cursor.tell();
      }
    }
    return promise.future();
  }

  /** The cursor of an uplink; created at the oldest record when new. */
  public synchronized OutboxCursor cursor(String uplink) {
    return cursors.computeIfAbsent(uplink, MemoryCursor::new);
  }

  /** Forgets the cursor of an uplink that is no longer configured. */
  public synchronized void forget(String uplink) {
    cursors.remove(uplink);
  }

  /** The uplinks that have a cursor, also those that nobody asked for since the start. */
  public synchronized List<String> uplinks() {
    return List.copyOf(cursors.keySet());
  }

  /** A snapshot. */
  public synchronized OutboxStats stats() {
    Map<String, Long> backlog = new TreeMap<>();
    cursors.forEach((id, cursor) -> backlog.put(id, (long) cursor.left.size()));
    return new OutboxStats(
        1,
        next,
        records.size(),
        1,
        bytes,
        backlog,
        0,
        0,
        0,
        true,
        next - 1,
        bytes,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0);
  }

  /** Makes everything durable and releases the directory. */
  public synchronized Future<Void> close() {
    closed = true;
    return Future.succeededFuture();
  }

  private final class MemoryCursor implements OutboxCursor {
    private final String uplink;
    private final TreeSet<Long> left;
    private @Nullable Context context;
    private @Nullable Runnable handler;

    MemoryCursor(String uplink) {
      this.uplink = uplink;
      this.left = new TreeSet<>(records.keySet());
    }

    void tell() {
      left.add(next - 1);
      Context target = context;
      Runnable call = handler;
      if (target != null && call != null) {
        target.runOnContext(ignored -> call.run());
      }
    }

    @Override
    public String uplink() {
      return uplink;
    }

    @Override
    public long low() {
      synchronized (Outbox.this) {
        return left.isEmpty() ? next : left.first();
      }
    }

    @Override
    public Future<List<OutboxRecord>> read(long from, int maxBytes) {
      Context caller = vertx.getOrCreateContext();
      Promise<List<OutboxRecord>> promise = Promise.promise();
      List<OutboxRecord> found = new ArrayList<>();
      synchronized (Outbox.this) {
        long size = 0;
        for (long seq : left.tailSet(from)) {
          OutboxRecord one = records.get(seq);
          if (one != null) {
            found.add(one);
            size += one.payload().length;
            if (size >= maxBytes) {
              break;
            }
          }
        }
      }
      caller.runOnContext(ignored -> promise.complete(found));
      return promise.future();
    }

    @Override
    public void ack(long seq) {
      synchronized (Outbox.this) {
        if (seq >= next) {
          throw new IllegalArgumentException("seq " + seq + " is not durable, next is " + next);
        }
        left.remove(seq);
      }
    }

    @Override
    public void onRecords(Runnable call) {
      synchronized (Outbox.this) {
        context = vertx.getOrCreateContext();
        handler = call;
      }
    }

    @Override
    public long next() {
      synchronized (Outbox.this) {
        return next;
      }
    }
  }
}
