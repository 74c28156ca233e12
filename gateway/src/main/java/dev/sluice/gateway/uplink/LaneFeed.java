package dev.sluice.gateway.uplink;

import dev.sluice.gateway.outbox.OutboxCursor;
import dev.sluice.gateway.outbox.OutboxRecord;
import dev.sluice.gateway.uplink.connector.Lane;
import dev.sluice.gateway.uplink.mqtt.Publication;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One lane's way through the log: reads on from its place, a bounded piece at a time, and keeps
 * what is not handed to the session yet.
 */
final class LaneFeed {

  private static final Logger LOG = LoggerFactory.getLogger(LaneFeed.class);

  /** Payload per read of the outbox. */
  private static final int READ_BYTES = 128 << 10;

  /** Up to whatever is durable. */
  static final long OPEN = Long.MAX_VALUE;

  private final Lane lane;
  private final Vertx vertx;
  private final OutboxCursor cursor;
  private final UplinkCounters counters;
  private final Backoff backoff;
  private final LongPredicate underWay;
  private final Runnable onRead;

  /** Messages of the record under way; they wait for room. */
  private final Deque<Publication> unsent = new ArrayDeque<>();

  private final Deque<OutboxRecord> records = new ArrayDeque<>();
  private final Deque<Pending> inFlight = new ArrayDeque<>();
  private long sending;
  private long lastMillis;
  private long position;
  private long end;
  private int epoch;
  private boolean reading;

  /**
   * Nowhere yet.
   *
   * @param underWay whether a record is in flight, or set aside, and so not to be sent
   * @param onRead called after each read
   */
  LaneFeed(
      Lane lane,
      Vertx vertx,
      OutboxCursor cursor,
      UplinkCounters counters,
      Backoff backoff,
      LongPredicate underWay,
      Runnable onRead) {
    this.lane = lane;
    this.vertx = vertx;
    this.cursor = cursor;
    this.counters = counters;
    this.backoff = backoff;
    this.underWay = underWay;
    this.onRead = onRead;
  }

  Lane lane() {
    return lane;
  }

  /**
   * Goes on with what is not acknowledged from one seq to another (exclusive), or {@link #OPEN}.
   */
  void begin(long from, long to) {
    forget();
    inFlight.clear();
    position = from;
    end = to;
  }

  /** Drops what is not handed over. */
  void forget() {
    epoch++;
    records.clear();
    unsent.clear();
    position = 0;
    end = 0;
  }

  /** Whether something can be sent now; has more read when not. */
  boolean ready() {
    if (unsent.isEmpty() && records.isEmpty()) {
      read();
    }
    return !unsent.isEmpty() || !records.isEmpty();
  }

  /** Whether something will come of it, now or later. */
  boolean left() {
    return !unsent.isEmpty() || !records.isEmpty() || position < last();
  }

  /** The lowest seq not taken from here yet. */
  long next() {
    OutboxRecord first = records.peek();
    return first == null ? position : first.seq();
  }

  /** The message to publish next; null when a record must be rendered first. */
  @Nullable Publication message() {
    return unsent.peek();
  }

  /** The record to render next; there must be one. */
  OutboxRecord record() {
    return records.element();
  }

  OutboxRecord takeRecord() {
    return records.remove();
  }

  /** The messages of a record that was taken. */
  void rendered(long seq, Pending pending, List<Publication> messages) {
    sending = seq;
    unsent.addAll(messages);
    forgetArrived(); // here, as nobody may ask for the oldest of this lane for days
    inFlight.add(pending);
    lastMillis = pending.timeMillis == 0 ? lastMillis : pending.timeMillis;
  }

  /** The message is handed over; the seq of its record. */
  long sent() {
    unsent.remove();
    return sending;
  }

  /** When the oldest that it still has to deliver was, as far as known; else 0. */
  long oldestMillis() {
    forgetArrived();
    Pending oldest = inFlight.peek();
    return oldest != null ? oldest.timeMillis : left() ? lastMillis : 0;
  }

  /** How many records it keeps an eye on. */
  int watched() {
    return inFlight.size();
  }

  private void forgetArrived() {
    while (!inFlight.isEmpty() && inFlight.element().left == 0) {
      inFlight.remove();
    }
  }

  private long last() {
    return Math.min(end, cursor.next());
  }

  private void read() {
    long until = last();
    if (reading || position >= until) {
      return;
    }
    reading = true;
    int asked = epoch;
    cursor
        .read(position, READ_BYTES)
        .onComplete(
            found -> {
              reading = false;
              backoff.reset();
              if (asked == epoch) {
                take(found, until);
              }
              onRead.run();
            },
            this::readFailed);
  }

  private void take(List<OutboxRecord> found, long until) {
    // When there is none, all of them are acknowledged or gone.
    position = found.isEmpty() ? until : found.get(found.size() - 1).seq() + 1;
    for (OutboxRecord record : found) {
      if (record.seq() >= end) {
        position = end;
        break;
      }
      if (!underWay.test(record.seq())) {
        records.add(record);
      }
    }
  }

  private void readFailed(Throwable error) {
    counters.readFailures.incrementAndGet();
    long delay = Math.max(1, backoff.next().toMillis());
    LOG.atWarn()
        .addKeyValue("uplink", cursor.uplink())
        .addKeyValue("lane", lane.word())
        .addKeyValue("retryMillis", delay)
        .addKeyValue("reason", error.getMessage())
        .log("outbox not readable");
    vertx.setTimer(
        delay,
        ignored -> {
          reading = false;
          onRead.run();
        });
  }
}
