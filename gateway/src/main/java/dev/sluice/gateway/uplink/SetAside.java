package dev.sluice.gateway.uplink;

import dev.sluice.gateway.outbox.GapRecord;
import dev.sluice.gateway.outbox.OutboxCursor;
import dev.sluice.gateway.outbox.OutboxRecord;
import dev.sluice.gateway.outbox.RecordKind;
import dev.sluice.gateway.uplink.connector.Conversation;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records that cannot be delivered: each is kept as a dead letter, a gap takes its place, and when
 * both are durable the record is acknowledged. Until then it is not sent again.
 */
final class SetAside {

  private static final Logger LOG = LoggerFactory.getLogger(SetAside.class);
  private static final String REASON = "refused";

  /** More at a time would say that something else is wrong; the uplink waits for these. */
  private static final int MAX_HELD = 64;

  private final Vertx vertx;
  private final Appender appender;
  private final OutboxCursor cursor;
  private final Keeper keeper;
  private final UplinkCounters counters;
  private final Backoff backoff;
  private final Runnable onDone;
  private final Set<Long> held = new HashSet<>();
  private final Unnamed unnamed = new Unnamed();
  private boolean stopped;
  private boolean told;

  /** How a record gets into the outbox. */
  @FunctionalInterface
  interface Appender {
    Future<Long> append(RecordKind kind, byte[] payload, int readings);
  }

  /** Where a record is kept that nobody took. */
  @FunctionalInterface
  interface Keeper {

    /** Completes when it is kept, or given up: it never fails. */
    Future<Void> keep(OutboxRecord record, String why);
  }

  SetAside(
      Vertx vertx,
      Appender appender,
      Keeper keeper,
      OutboxCursor cursor,
      UplinkCounters counters,
      Backoff backoff,
      Runnable onDone) {
    this.vertx = vertx;
    this.appender = appender;
    this.keeper = keeper;
    this.cursor = cursor;
    this.counters = counters;
    this.backoff = backoff;
    this.onDone = onDone;
  }

  boolean holds(long seq) {
    return held.contains(seq);
  }

  /** Below it everything was acknowledged, or named in a gap that was. */
  long low() {
    return unnamed.low(cursor.low());
  }

  /** Whether the uplink has to wait; told once each time that it begins. */
  boolean isFull() {
    boolean full = held.size() >= MAX_HELD;
    if (full && !told) {
      LOG.atWarn()
          .addKeyValue("uplink", cursor.uplink())
          .addKeyValue("records", held.size())
          .addKeyValue("hint", "check the disk: as soon as it takes their gaps this goes on")
          .log("uplink waits for records that are being set aside");
    }
    told = full;
    return full;
  }

  /**
   * Sets a record aside.
   *
   * @param readable whether its content is known to be sound; what a sound gap tells must not get
   *     lost with it, so that is appended once more
   */
  void add(OutboxRecord record, boolean readable, String why) {
    if (!held.add(record.seq())) {
      return;
    }
    counters.refused.incrementAndGet();
    LOG.atError()
        .addKeyValue("uplink", cursor.uplink())
        .addKeyValue("seq", record.seq())
        .addKeyValue("readings", record.readings())
        .addKeyValue("reason", why)
        .log("record set aside");
    boolean again = readable && record.kind() == RecordKind.GAP;
    keeper
        .keep(record, why)
        .compose(
            ignored -> again ? durable(record.seq(), record.payload()) : Future.succeededFuture())
        .compose(ignored -> announce(record.seq(), record.readings()))
        .onSuccess(ignored -> done(record.seq()));
  }

  /**
   * Keeps what of a record cannot be delivered; a gap names the record where no message says what
   * of it is missing. Completes when all of that is safe; not at all after {@link #stop}.
   */
  Future<Void> keep(OutboxRecord record, Conversation.Rendered rendered) {
    OutboxRecord part = rendered.aside();
    String why = rendered.losses() + " of its values fit no message, or nobody takes them";
    int readings = part == null ? 0 : part.readings(); // of all of it, most may have been sent
    return keeper
        .keep(part == null ? record : part, why)
        .compose(
            ignored ->
                rendered.untold() ? announce(record.seq(), readings) : Future.succeededFuture());
  }

  /** Tries no more. */
  void stop() {
    stopped = true;
  }

  private Future<Void> announce(long seq, int readings) {
    return durable(seq, new GapRecord(seq, seq, readings, REASON, cursor.uplink()).encode());
  }

  /** Appends a gap on behalf of a record; tries until that is durable. */
  private Future<Void> durable(long seq, byte[] gap) {
    Promise<Void> durable = Promise.promise();
    append(seq, gap, durable);
    return durable.future();
  }

  private void append(long seq, byte[] gap, Promise<Void> durable) {
    appender
        .append(RecordKind.GAP, gap, 0)
        .onSuccess(
            at -> {
              backoff.reset();
              unnamed.add(seq, at);
              durable.complete();
            })
        .onFailure(error -> retry(seq, gap, durable, error));
  }

  private void done(long seq) {
    cursor.ack(seq);
    held.remove(seq);
    onDone.run();
  }

  private void retry(long seq, byte[] gap, Promise<Void> durable, Throwable error) {
    if (stopped) {
      return;
    }
    long delay = Math.max(1, backoff.next().toMillis());
    LOG.atWarn()
        .addKeyValue("uplink", cursor.uplink())
        .addKeyValue("seq", seq)
        .addKeyValue("retryMillis", delay)
        .addKeyValue("reason", error.getMessage())
        .log("gap not written");
    vertx.setTimer(
        delay,
        ignored -> {
          if (!stopped) {
            append(seq, gap, durable);
          }
        });
  }
}
