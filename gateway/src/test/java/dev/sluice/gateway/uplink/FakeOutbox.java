package dev.sluice.gateway.uplink;

import dev.sluice.gateway.outbox.OutboxCursor;
import dev.sluice.gateway.outbox.OutboxRecord;
import dev.sluice.gateway.outbox.RecordKind;
import dev.sluice.gateway.uplink.connector.DataRecords;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** An outbox in memory with one cursor, which watches that it is used as its promises demand. */
final class FakeOutbox implements OutboxCursor {

  final BlockingQueue<Long> acked = new LinkedBlockingQueue<>();
  final AtomicInteger failingReads = new AtomicInteger();
  final AtomicInteger failingAppends = new AtomicInteger();

  private final TreeMap<Long, OutboxRecord> left = new TreeMap<>();
  private final TreeMap<Long, OutboxRecord> done = new TreeMap<>();
  private Context context;
  private Runnable handler = () -> {};
  private long next = 1;
  private int reading;

  /** What is seen on the context of the uplink, when all that it is doing just now is done. */
  <T> T after(Supplier<T> look) throws Exception {
    Context of;
    synchronized (this) {
      of = context;
    }
    var seen = new CompletableFuture<T>();
    of.runOnContext(
        ignored -> {
          try {
            seen.complete(look.get());
          } catch (RuntimeException | Error e) {
            seen.completeExceptionally(e);
          }
        });
    return seen.get(20, TimeUnit.SECONDS);
  }

  Future<Long> append(RecordKind kind, byte[] payload, int readings) {
    if (failingAppends.getAndDecrement() > 0) {
      return Future.failedFuture("no space");
    }
    long seq;
    synchronized (this) {
      seq = next++;
      left.put(seq, new OutboxRecord(seq, kind, readings, payload));
      if (context != null) {
        context.runOnContext(ignored -> handler.run());
      }
    }
    return Future.succeededFuture(seq);
  }

  /** Data records, each with one reading: its number. Nobody sees a part of them. */
  synchronized void fill(int count) {
    for (int i = 0; i < count; i++) {
      long number = next();
      append(RecordKind.DATA, DataRecords.counter(1_000 + number, number), 1);
    }
  }

  /** As a cursor that has no room for more ranges. */
  synchronized void unacknowledge(long seq) {
    left.put(seq, done.remove(seq));
  }

  @Override
  public String uplink() {
    return "cloud";
  }

  @Override
  public synchronized long low() {
    return left.isEmpty() ? next : left.firstKey();
  }

  @Override
  public synchronized Future<List<OutboxRecord>> read(long from, int maxBytes) {
    if (reading == 2) {
      return Future.failedFuture(new IllegalStateException("BUG: more reads than lanes"));
    }
    if (failingReads.getAndDecrement() > 0) {
      return Future.failedFuture("disk");
    }
    reading++;
    var found = new ArrayList<OutboxRecord>();
    int bytes = 0;
    for (OutboxRecord record : left.tailMap(from).values()) {
      if (found.isEmpty() || bytes < maxBytes) {
        found.add(record);
        bytes += record.payload().length;
      }
    }
    Promise<List<OutboxRecord>> promise = Promise.promise();
    Vertx.currentContext()
        .runOnContext(
            ignored -> {
              synchronized (this) {
                reading--;
              }
              promise.complete(found);
            });
    return promise.future();
  }

  @Override
  public synchronized void ack(long seq) {
    OutboxRecord record = left.remove(seq);
    if (record == null) {
      acked.add(-seq); // acknowledged twice: whoever looks will see it
    } else {
      done.put(seq, record);
      acked.add(seq);
    }
  }

  @Override
  public synchronized void onRecords(Runnable call) {
    context = Vertx.currentContext();
    handler = call;
  }

  @Override
  public synchronized long backlog(long end) {
    return left.headMap(end).size();
  }

  @Override
  public synchronized long next() {
    return next;
  }
}
