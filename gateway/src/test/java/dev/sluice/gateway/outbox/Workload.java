package dev.sluice.gateway.outbox;

import dev.sluice.gateway.outbox.log.FileOps;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Appends to an outbox as fast as it takes records, delivers some of them to the uplink "cloud" and
 * none to "local", and notes what was promised. Outlives the outboxes that it works on.
 */
final class Workload {

  static final int SEGMENT = 32 * 1024;
  private static final int WAITING = 16;

  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final Promises promises = new Promises("cloud", "local");
  private final AtomicLong number = new AtomicLong();
  private final AtomicLong durable = new AtomicLong();

  static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  Promises promises() {
    return promises;
  }

  /** How many records became durable. */
  long durable() {
    return durable.get();
  }

  /** Opens an outbox with both of its uplinks. */
  Outbox open(Path directory, int segments, FileOps files) throws Exception {
    OutboxOptions options =
        new OutboxOptions(
            directory,
            (long) segments * SEGMENT,
            Duration.ofDays(30),
            Duration.ZERO,
            SEGMENT,
            Duration.ofMillis(5));
    Outbox outbox = get(Outbox.open(vertx, options, new TestTime(), files));
    promises.opened(outbox.stream());
    outbox.cursor("local");
    outbox.cursor("cloud");
    return outbox;
  }

  /** Goes on until the outbox is closed. */
  void start(Outbox outbox) {
    context.runOnContext(
        start -> {
          deliver(outbox.cursor("cloud"));
          for (int i = 0; i < WAITING; i++) {
            append(outbox);
          }
        });
  }

  /** Waits until so many more records are durable. */
  void await(long more, Outbox outbox) throws InterruptedException {
    await(durable.get(), more, Duration.ofSeconds(30), outbox);
  }

  /** Waits until there are so many more durable records than there were. */
  void await(long before, long more, Duration limit, Outbox outbox) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (durable.get() < before + more) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("nothing becomes durable in " + limit + ": " + outbox.stats());
      }
      TimeUnit.MICROSECONDS.sleep(200);
    }
  }

  /** Closes; what completions were on their way belongs to the time before. */
  void close(Outbox outbox) throws Exception {
    get(outbox.close());
    settle();
  }

  /** Returns when the completions that are on their way have arrived; how long that took, ns. */
  long settle() throws Exception {
    long start = System.nanoTime();
    get(Future.<Void>future(promise -> context.runOnContext(done -> promise.complete())));
    return System.nanoTime() - start;
  }

  private void append(Outbox outbox) {
    long n = number.incrementAndGet();
    outbox
        .append(RecordKind.DATA, KillChild.payload(n), 1)
        .onSuccess(
            seq -> {
              promises.durable(seq, n);
              durable.incrementAndGet();
              append(outbox);
            });
  }

  /** Takes some of what there is, not all: a backlog grows. */
  private void deliver(OutboxCursor cursor) {
    cursor.onRecords(
        () ->
            cursor
                .read(cursor.low(), 3_000)
                .onSuccess(
                    records -> {
                      for (OutboxRecord record : records) {
                        take(cursor, record);
                        promises.acknowledged(cursor.uplink(), record.seq());
                        cursor.ack(record.seq());
                      }
                    }));
  }

  private void take(OutboxCursor cursor, OutboxRecord record) {
    promises.handedOut(record);
    if (record.kind() == RecordKind.GAP) {
      try {
        promises.gap(cursor.uplink(), GapRecord.decode(record.payload()));
      } catch (OutboxException e) {
        throw new AssertionError(e);
      }
    }
  }

  /**
   * Reads all that an uplink has left, and checks that it is all that it was promised. Nothing must
   * be appended meanwhile: what a bound forces out then is named behind what is read.
   */
  void check(Outbox outbox, String uplink, boolean acknowledge) throws Exception {
    OutboxCursor cursor = outbox.cursor(uplink);
    TreeSet<Long> seen = read(cursor);
    promises.complete(uplink, seen);
    if (acknowledge) {
      acknowledge(cursor, seen);
    }
  }

  /** Delivers all that an uplink has left at this time. */
  void drain(Outbox outbox, String uplink) throws Exception {
    OutboxCursor cursor = outbox.cursor(uplink);
    acknowledge(cursor, read(cursor));
  }

  private TreeSet<Long> read(OutboxCursor cursor) throws Exception {
    TreeSet<Long> seen = new TreeSet<>();
    for (List<OutboxRecord> records = get(cursor.read(0, 1 << 16));
        !records.isEmpty();
        records = get(cursor.read(seen.last() + 1, 1 << 16))) {
      for (OutboxRecord record : records) {
        take(cursor, record);
        seen.add(record.seq());
      }
    }
    return seen;
  }

  private void acknowledge(OutboxCursor cursor, TreeSet<Long> seqs) {
    for (long seq : seqs) {
      promises.acknowledged(cursor.uplink(), seq);
      cursor.ack(seq);
    }
  }
}
