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
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Moves records from the cursor to the session and acknowledgements back, in two lanes.
 *
 * <pre>
 *   low ....... historyEnd ................. next
 *     history          live                        where the session began, and what came since
 *        \--- LaneFeed   LaneFeed ---/
 *              \-- LaneChoice --/                  order, fair share, rates
 *                     session
 * </pre>
 *
 * <p>In memory are: what is in flight (bounded by the window), and for each lane the messages of
 * one record that wait for room in it and one read of the outbox. A lost session empties all of it,
 * and what was not acknowledged is history to the next one.
 */
final class Forwarder {

  /** Rendering gives way to others on the event loop after this long. */
  private static final long SLICE = TimeUnit.MILLISECONDS.toNanos(2);

  private final Vertx vertx;
  private final Context context;
  private final OutboxCursor cursor;
  private final TimeSource time;
  private final UplinkCounters counters;
  private final Suspect suspect;
  private final SetAside aside;
  private final AgePeek age;
  private final LaneFeed live;
  private final LaneFeed history;
  private final LaneChoice choice;
  private final Pace pace;
  private final SentBefore before;
  private final HistoryEnd historyEnd = new HistoryEnd();
  private final InFlight inFlight = new InFlight();

  private @Nullable Resend resend;
  private @Nullable MqttSession session;
  private @Nullable Conversation conversation;
  private long sweptAt;
  private boolean pumpDue;
  private boolean stopped;

  /** Whether upstream takes records now. */
  private boolean open;

  Forwarder(
      Vertx vertx,
      UplinkOptions options,
      OutboxCursor cursor,
      SetAside.Appender appender,
      SetAside.Keeper keeper,
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
    this.aside = new SetAside(vertx, appender, keeper, cursor, counters, asideBackoff, this::pump);
    this.age = new AgePeek(cursor, counters, this::pump);
    this.live = feed(Lane.LIVE, readBackoff);
    this.history = feed(Lane.HISTORY, readBackoff);
    FlowOptions flow = options.flow();
    this.choice = new LaneChoice(flow.order(), flow.historyShare());
    this.pace = new Pace(vertx, flow, time, counters, this::pump);
    this.before = new SentBefore(4 * options.link().windowMessages());
  }

  private LaneFeed feed(Lane lane, Backoff backoff) {
    return new LaneFeed(lane, vertx, cursor, counters, backoff, this::underWay, this::pump);
  }

  /** Sends dead letters that were asked for, too; before the start. */
  void alsoSends(Resend letters) {
    resend = letters;
  }

  /** Something may be sent now. */
  void wake() {
    pump();
  }

  void start() {
    counters.historyEnd = Long.MAX_VALUE;
    cursor.onRecords(this::pump);
    pump();
  }

  /** Sends nothing more; acknowledgements of what is in flight are still taken. */
  void stop() {
    stopped = true;
    aside.stop();
    pace.stop();
    forgetUnsent();
  }

  /** The broker is there; nothing is sent before {@link #resume}. What comes now is live. */
  void begin(MqttSession with, Conversation by) {
    inFlight.clear();
    historyEnd.reset();
    historyEnd.begin();
    suspect.connected(time.nanoTime(), cursor.next());
    pace.connected();
    vertx.setTimer(TimeUnit.NANOSECONDS.toMillis(Suspect.TRIAL_NANOS) + 1, ignored -> pump());
    session = with;
    conversation = by;
    open = false;
    sweptAt = 0;
    long next = cursor.next();
    counters.historyEnd = next;
    history.begin(cursor.low(), next);
    live.begin(next, LaneFeed.OPEN);
  }

  /** Upstream takes records. */
  void resume() {
    open = true;
    pumpSoon();
  }

  /** Upstream takes no records for now. */
  void hold() {
    open = false;
  }

  /** What was in flight may or may not have arrived: all of it will be read again, as history. */
  Ending lost(LinkFailure why) {
    Ending ending = ending(why, session);
    if (resend != null) {
      resend.lost(why);
    }
    session = null;
    conversation = null;
    inFlight.lost(before);
    historyEnd.reset();
    forgetUnsent();
    pace.rest();
    counters.historyEnd = Long.MAX_VALUE;
    counters.sending(0, 0, 0);
    return ending;
  }

  private Ending ending(LinkFailure why, @Nullable MqttSession over) {
    boolean closed = why == LinkFailure.CLOSED;
    if (!closed) {
      pace.failedOtherwise();
    }
    if (over == null) {
      return Ending.UNRELATED;
    }
    Conversation form = conversation;
    String topic = inFlight.topicOfOldestSent();
    String where = topic.isEmpty() || form == null ? "" : form.rightToPublish(topic);
    return pace.ended(closed, suspect.lost(closed, inFlight.oldestSent(), topic, over), where);
  }

  void acknowledged(long seq) {
    counters.acked.incrementAndGet();
    if (seq == Resend.TOKEN && resend != null) {
      resend.acknowledged();
      pump();
      return;
    }
    Pending pending = inFlight.get(seq);
    if (pending == null) {
      throw new IllegalStateException("BUG: acknowledgement for " + seq + ", not in flight");
    }
    arrived(seq, pending);
  }

  private void arrived(long seq, Pending pending) {
    if (--pending.left == 0) {
      inFlight.remove(seq);
      historyEnd.arrived(pending);
      boolean turn = suspect.arrived(seq, pending.topics);
      if (delivered(seq, pending) || turn) {
        again(cursor.low());
      }
    }
    pump();
  }

  /** Whether others that it was passed over for have their turn now. */
  private boolean delivered(long seq, Pending pending) {
    before.done(seq);
    cursor.ack(seq);
    counters.acked(pending);
    return suspect.clear(seq);
  }

  private void forgetUnsent() {
    live.forget();
    history.forget();
  }

  private boolean underWay(long seq) {
    return inFlight.has(seq) || aside.holds(seq) || suspect.passes(seq);
  }

  private void pump() {
    MqttSession to = session;
    Conversation form = conversation;
    if (stopped) {
      return;
    }
    if (to == null || form == null) {
      age.look();
      return;
    }
    if (open && to.isConnected()) {
      send(to, form);
      long millis = history.oldestMillis();
      counters.sending(
          to.inFlightMessages(), to.inFlightBytes(), millis == 0 ? live.oldestMillis() : millis);
    }
  }

  private void send(MqttSession to, Conversation form) {
    long sliceEnd = time.nanoTime() + SLICE;
    suspect.forgetBelow(cursor.low());
    // Publishing and rendering may end the session, and with it this loop.
    while (session == to && open) {
      if (resend != null && sendsLetter(to, form, resend)) {
        return;
      }
      sweep();
      boolean liveReady = !suspect.isDue() && live.ready();
      boolean historyReady = history.ready() && pace.historyMayGo();
      if (historyEnd.look(history.left(), form) || isTurnOfSuspect()) {
        continue; // who was told may have held, or ended, the connection
      }
      Lane lane = choice.next(liveReady, historyReady, history.left());
      if (lane == null || !pace.mayGo()) {
        return;
      }
      LaneFeed feed = lane == Lane.LIVE ? live : history;
      if (feed.message() != null || !prepare(feed, form)) {
        if (feed.message() == null && liveReady && historyReady) {
          feed = feed == live ? history : live; // what waits to be alone waits for this, too
        }
        Publication message = feed.message();
        if (message == null || !to.admits(message)) {
          return;
        }
        if (liveReady && historyReady) {
          choice.sentWhileBoth(feed.lane());
        }
        publish(to, form, feed, message);
      }
      if (time.nanoTime() - sliceEnd >= 0) {
        pumpSoon();
        return;
      }
    }
  }

  /** With nothing else left a suspect would wait for ever; also where it is not to blame. */
  private boolean isTurnOfSuspect() {
    if (!inFlight.isEmpty() || history.left() || live.left() || !suspect.isLeftAlone()) {
      return false;
    }
    again(cursor.low());
    return true;
  }

  /** A dead letter goes with nothing else in flight; whether it is on its way. */
  private boolean sendsLetter(MqttSession to, Conversation form, Resend letters) {
    if (letters.waits() && inFlight.isEmpty()) {
      letters.take(form, aside.low());
    }
    letters.send(to, form, pace, counters, () -> session == to && open);
    return letters.isUnderWay();
  }

  /**
   * A full cursor may have taken back acknowledgements of records behind both lanes: they are sent
   * again, once for each.
   */
  private void sweep() {
    if (history.left()) {
      return;
    }
    long low = cursor.low();
    if (low < live.next() && low != sweptAt && !underWay(low)) {
      sweptAt = low;
      again(low);
    }
  }

  /** Only below what is in flight: that may be acknowledged while it is read. */
  private void again(long low) {
    historyEnd.begin();
    history.begin(low, Math.min(live.next(), inFlight.lowest()));
  }

  /** Makes messages of a lane's next record, or sets it aside; false when it has to wait. */
  private boolean prepare(LaneFeed feed, Conversation form) {
    long seq = feed.record().seq();
    if (!inFlight.isEmpty()
        && (suspect.travelsAlone(seq) || suspect.travelsAlone(inFlight.oldest()))) {
      return false;
    }
    boolean letterWaits = resend != null && resend.waits();
    if (letterWaits || aside.isFull() || suspect.waits(seq, time.nanoTime())) {
      return false;
    }
    OutboxRecord record = feed.takeRecord();
    if (suspect.isGuilty(seq)) {
      aside.add(record, true, suspect.charge());
      suspect.clear(seq);
      before.done(seq);
    } else if (!aside.holds(seq)) {
      render(record, feed, form);
    }
    return true;
  }

  private void render(OutboxRecord record, LaneFeed feed, Conversation form) {
    MqttSession from = session;
    try {
      Conversation.Rendered rendered = form.render(record, feed.lane(), aside.low());
      if (session != from) {
        return;
      }
      int kept = rendered.losses() > 0 ? 1 : 0;
      var pending = Pending.of(record, feed.lane(), rendered, kept, form);
      if (pending.left == 0) {
        delivered(record.seq(), pending); // this kind of upstream has no word for it
        return;
      }
      inFlight.add(record.seq(), pending);
      historyEnd.sending(pending);
      if (!rendered.messages().isEmpty()) {
        feed.rendered(record.seq(), pending, rendered.messages());
      }
      if (kept > 0) {
        // Acknowledged only when what could not be told of it is safe.
        aside
            .keep(record, rendered)
            .onComplete(
                ignored -> {
                  if (inFlight.get(record.seq()) == pending) {
                    arrived(record.seq(), pending);
                  }
                });
      }
      counters.losses.addAndGet(rendered.losses());
      counters.lane = feed.lane();
    } catch (RenderException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      aside.add(record, false, String.valueOf(cause.getMessage()));
    }
  }

  private void publish(MqttSession to, Conversation form, LaneFeed feed, Publication message) {
    long seq = feed.sent();
    pace.goes(feed.lane(), message.size());
    to.publish(form.seal(message), seq);
    Pending pending = inFlight.get(seq);
    if (pending != null) {
      pending.begun = true;
    }
    counters.published.incrementAndGet();
    counters.publishedBytes.addAndGet(message.payload().length());
    if (before.has(seq)) {
      counters.resent.incrementAndGet();
    }
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
}
