package dev.sluice.benchmarks;

import dev.sluice.gateway.outbox.Outbox;
import dev.sluice.gateway.outbox.OutboxCursor;
import dev.sluice.gateway.outbox.OutboxRecord;
import dev.sluice.gateway.outbox.RecordKind;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * An uplink that takes whatever it gets at once: one lane through the backlog, one for live
 * records, both with the reads of a forwarder. Beside it, live records are appended at a steady
 * rate; their latency counts from the moment at which each was due. On one context.
 */
final class Lanes {

  /** As the forwarder reads. */
  private static final int READ_BYTES = 256 << 10;

  private static final int SAMPLES = 1 << 20;
  private static final long MILLI = 1_000_000;

  private final Vertx vertx;
  private final Context context;
  private final OutboxCursor cursor;
  private final Outbox outbox;
  private final boolean acknowledges;
  private final byte[] random = new byte[Store.RECORD];
  private final long oldest;
  private final long liveFrom;
  private final Promise<Long> end = Promise.promise();

  private final long[] durable = new long[SAMPLES];
  private final long[] read = new long[SAMPLES];
  private int durables;
  private int reads;

  private long history;
  private long live;
  private boolean liveReading;
  private long start;
  private long appended;
  private long refused;
  private boolean over;

  Lanes(Vertx vertx, OutboxCursor cursor, Outbox outbox, boolean acknowledges) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.cursor = cursor;
    this.outbox = outbox;
    this.acknowledges = acknowledges;
    this.oldest = cursor.low();
    this.liveFrom = cursor.next();
    this.history = oldest;
    this.live = liveFrom;
    new SplittableRandom(2).nextBytes(random);
  }

  /**
   * Runs until the backlog is read, and at least for some time.
   *
   * @param rate of live records, a second
   * @return how many records the backlog had
   */
  Future<Long> run(int rate, Duration least) {
    context.runOnContext(
        started -> {
          start = System.nanoTime();
          cursor.onRecords(this::readLive);
          long timer = vertx.setPeriodic(1, tick -> append(rate));
          vertx.setTimer(Math.max(1, least.toMillis()), passed -> readHistory());
          end.future().onComplete(done -> vertx.cancelTimer(timer));
        });
    return end.future();
  }

  private void append(int rate) {
    long due = (System.nanoTime() - start) * rate / 1_000_000_000;
    for (; appended < due && !over; appended++) {
      long dueAt = start + appended * 1_000_000_000 / rate;
      byte[] payload = random.clone();
      ByteBuffer.wrap(payload).putLong(0, dueAt);
      outbox
          .append(RecordKind.DATA, payload, 1)
          .onSuccess(seq -> durables = add(durable, durables, dueAt))
          .onFailure(why -> refused++);
    }
  }

  private static int add(long[] samples, int count, long dueAt) {
    samples[count % SAMPLES] = System.nanoTime() - dueAt;
    return count + 1;
  }

  private void readHistory() {
    if (history >= liveFrom) {
      over = true;
      end.tryComplete(liveFrom - oldest);
      return;
    }
    cursor.read(history, READ_BYTES).onSuccess(this::takeHistory).onFailure(this::fail);
  }

  private void takeHistory(List<OutboxRecord> found) {
    history = found.isEmpty() ? liveFrom : found.get(found.size() - 1).seq() + 1;
    for (OutboxRecord record : found) {
      if (record.seq() < liveFrom) {
        acknowledge(record);
      }
    }
    readHistory();
  }

  private void readLive() {
    if (liveReading || live >= cursor.next() || over) {
      return;
    }
    liveReading = true;
    cursor
        .read(live, READ_BYTES)
        .onSuccess(
            found -> {
              liveReading = false;
              for (OutboxRecord record : found) {
                reads = add(read, reads, ByteBuffer.wrap(record.payload()).getLong(0));
                live = record.seq() + 1;
                acknowledge(record);
              }
              readLive();
            })
        .onFailure(this::fail);
  }

  private void acknowledge(OutboxRecord record) {
    if (acknowledges) {
      cursor.ack(record.seq());
    }
  }

  private void fail(Throwable error) {
    if (!over) {
      over = true;
      end.tryFail(error);
    }
  }

  /** From due to on disk; after the end. */
  double durableMillis(double quantile) {
    return millis(durable, durables, quantile);
  }

  /** From due to in the uplink's hands; after the end. */
  double readMillis(double quantile) {
    return millis(read, reads, quantile);
  }

  /** How many live records the outbox did not take; after the end. */
  long refused() {
    return refused;
  }

  private static double millis(long[] samples, int count, double quantile) {
    long[] sorted = Arrays.copyOf(samples, Math.min(count, SAMPLES));
    Arrays.sort(sorted);
    return sorted.length == 0
        ? Double.NaN
        : (double) sorted[(int) Math.ceil(quantile * sorted.length) - 1] / MILLI;
  }
}
