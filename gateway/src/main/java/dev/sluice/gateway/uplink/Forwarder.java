package dev.sluice.gateway.uplink;

import dev.sluice.driver.TimeSource;
import dev.sluice.gateway.outbox.OutboxCursor;
import dev.sluice.gateway.outbox.OutboxRecord;
import dev.sluice.gateway.uplink.connector.Conversation;
import dev.sluice.gateway.uplink.connector.Lane;
import dev.sluice.gateway.uplink.connector.RenderException;
import dev.sluice.gateway.uplink.mqtt.LinkFailure;
import dev.sluice.gateway.uplink.mqtt.MqttSession;
import dev.sluice.gateway.uplink.mqtt.Publication;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves records from the cursor to the session and acknowledgements back, oldest first.
 *
 * <p>In memory are: what is in flight (bounded by the window), the messages of one record that wait
 * for room in it, and one read of the outbox. A lost session empties all three.
 */
final class Forwarder {

  private static final Logger LOG = LoggerFactory.getLogger(Forwarder.class);

  /** Payload per read of the outbox. */
  private static final int READ_BYTES = 256 << 10;

  /** Rendering gives way to others on the event loop after this long. */
  private static final long SLICE = TimeUnit.MILLISECONDS.toNanos(2);

  /** A record of which messages are in flight or about to be. */
  private static final class Pending {
    final long timeMillis;
    int left;

    Pending(long timeMillis, int messages) {
      this.timeMillis = timeMillis;
      this.left = messages;
    }
  }

  private final Vertx vertx;
  private final Context context;
  private final OutboxCursor cursor;
  private final TimeSource time;
  private final UplinkCounters counters;
  private final Suspect suspect;
  private final SetAside aside;
  private final Backoff readBackoff;

  private final Deque<OutboxRecord> records = new ArrayDeque<>();
  private final Deque<Publication> unsent = new ArrayDeque<>();
  private final Map<Long, Pending> inFlight = new LinkedHashMap<>();
  private @Nullable MqttSession session;
  private @Nullable Conversation conversation;
  private long position;
  private long historyEnd;
  private long sending;
  private boolean again;
  private long highestSent;
  private long peeked;
  private int epoch;
  private boolean reading;
  private boolean pumpDue;
  private boolean stopped;

  Forwarder(
      Vertx vertx,
      UplinkOptions options,
      OutboxCursor cursor,
      SetAside.Appender appender,
      TimeSource time,
      UplinkCounters counters,
      Backoff readBackoff,
      Backoff asideBackoff) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.cursor = cursor;
    this.time = time;
    this.counters = counters;
    this.suspect = new Suspect(options.refusals());
    this.aside = new SetAside(vertx, appender, cursor, counters, asideBackoff, this::pump);
    this.readBackoff = readBackoff;
  }

  void start() {
    cursor.onRecords(this::pump);
    pump();
  }

  /** Sends nothing more; acknowledgements of what is in flight are still taken. */
  void stop() {
    stopped = true;
    aside.stop();
    forgetUnsent();
  }

  /** The broker is there and has acknowledged the greeting. */
  void connected(MqttSession with, Conversation by) {
    forgetUnsent();
    inFlight.clear();
    session = with;
    conversation = by;
    position = cursor.low();
    historyEnd = cursor.next();
    pump();
  }

  /** What was in flight may or may not have arrived: all of it will be read again. */
  void lost(LinkFailure why) {
    if (why == LinkFailure.CLOSED && !inFlight.isEmpty()) {
      suspect.closedOver(inFlight.keySet().iterator().next());
    }
    session = null;
    conversation = null;
    inFlight.clear();
    forgetUnsent();
    showInFlight(0, 0);
  }

  void acknowledged(long seq) {
    counters.acked.incrementAndGet();
    Pending pending = inFlight.get(seq);
    if (pending == null) {
      throw new IllegalStateException("BUG: acknowledgement for " + seq + ", not in flight");
    }
    if (--pending.left == 0) {
      inFlight.remove(seq);
      suspect.clear(seq);
      cursor.ack(seq);
      counters.ackedRecords.incrementAndGet();
    }
    pump();
  }

  private void forgetUnsent() {
    epoch++;
    records.clear();
    unsent.clear();
  }

  private void pump() {
    MqttSession to = session;
    Conversation form = conversation;
    if (stopped) {
      return;
    }
    if (to == null || form == null) {
      peek();
      return;
    }
    if (to.isConnected()) {
      send(to, form);
      showInFlight(to.inFlightMessages(), to.inFlightBytes());
    }
  }

  private void send(MqttSession to, Conversation form) {
    long sliceEnd = time.nanoTime() + SLICE;
    // Publishing may end the session, and with it this loop: what it would read is of the next one.
    while (publishUnsent(to) && session == to) {
      OutboxRecord record = records.peek();
      if (record == null) {
        read();
        return;
      }
      long seq = record.seq();
      if (!inFlight.isEmpty() && (suspect.travelsAlone(seq) || suspect.travelsAlone(oldest()))) {
        return;
      }
      if (aside.isFull()) {
        return;
      }
      records.remove();
      if (suspect.isGuilty(seq)) {
        suspect.clear(seq);
        aside.add(record, true, "the broker closes the connection over it");
      } else if (!aside.holds(seq)) {
        render(record, form);
      }
      if (time.nanoTime() - sliceEnd >= 0) {
        pumpSoon();
        return;
      }
    }
  }

  /** Whether everything of the former record is handed over. */
  private boolean publishUnsent(MqttSession to) {
    while (session == to && !unsent.isEmpty()) {
      Publication message = unsent.element();
      if (!to.admits(message)) {
        return false;
      }
      unsent.remove();
      to.publish(message, sending);
      counters.published.incrementAndGet();
      counters.publishedBytes.addAndGet(message.payload().length());
      if (again) {
        counters.resent.incrementAndGet();
      }
      highestSent = Math.max(highestSent, sending);
    }
    return true;
  }

  private void render(OutboxRecord record, Conversation form) {
    Lane lane = record.seq() < historyEnd ? Lane.HISTORY : Lane.LIVE;
    try {
      Conversation.Rendered rendered = form.render(record, lane, cursor.low());
      sending = record.seq();
      again = sending <= highestSent;
      unsent.addAll(rendered.messages());
      inFlight.put(sending, new Pending(rendered.timeMillis(), rendered.messages().size()));
      counters.losses.addAndGet(rendered.losses());
      counters.lane = lane;
    } catch (RenderException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      aside.add(record, false, String.valueOf(cause.getMessage()));
    }
  }

  private void read() {
    long end = cursor.next();
    if (reading || position >= end) {
      return;
    }
    reading = true;
    int asked = epoch;
    cursor
        .read(position, READ_BYTES)
        .onComplete(
            found -> {
              reading = false;
              readBackoff.reset();
              if (asked == epoch) {
                take(found, end);
              }
              pump();
            },
            this::readFailed);
  }

  private void take(List<OutboxRecord> found, long end) {
    if (found.isEmpty()) {
      position = end; // all of them are acknowledged or gone
    } else {
      records.addAll(found);
      position = found.get(found.size() - 1).seq() + 1;
    }
  }

  private void readFailed(Throwable error) {
    counters.readFailures.incrementAndGet();
    long delay = Math.max(1, readBackoff.next().toMillis());
    LOG.atWarn()
        .addKeyValue("uplink", cursor.uplink())
        .addKeyValue("retryMillis", delay)
        .addKeyValue("reason", error.getMessage())
        .log("outbox not readable");
    vertx.setTimer(
        delay,
        ignored -> {
          reading = false;
          pump();
        });
  }

  /** While nothing is sent: how old is what waits? */
  private void peek() {
    long low = cursor.low();
    if (reading || low == peeked || low >= cursor.next()) {
      return;
    }
    reading = true;
    cursor
        .read(low, 1)
        .onComplete(
            found -> {
              reading = false;
              peeked = low;
              if (!found.isEmpty()) {
                counters.oldestMillis = OldestTime.of(found.get(0));
              }
              pump();
            },
            this::readFailed);
  }

  private void pumpSoon() {
    if (!pumpDue) {
      pumpDue = true;
      context.runOnContext(
          ignored -> {
            pumpDue = false;
            pump();
          });
    }
  }

  private long oldest() {
    return inFlight.keySet().iterator().next();
  }

  private void showInFlight(int messages, int bytes) {
    counters.inFlightMessages = messages;
    counters.inFlightBytes = bytes;
    if (!inFlight.isEmpty()) {
      long millis = inFlight.values().iterator().next().timeMillis;
      if (millis != 0) {
        counters.oldestMillis = millis;
      }
    }
  }
}
