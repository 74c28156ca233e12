package dev.sluice.gateway.uplink.mqtt;

import dev.sluice.driver.TimeSource;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.mqtt.MqttClient;
import io.vertx.mqtt.messages.MqttPublishMessage;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to be connected, and the connection that comes of it. Of no use after its end: the
 * next attempt is a new object, so nothing late of a former one can be mistaken.
 *
 * <p>Everything happens on the context on which it is made and connected; nothing blocks.
 */
public final class MqttSession {

  /** Deadlines are looked at this many times while they run, so they are kept to an eighth. */
  private static final int CHECKS = 8;

  private static final long LONGEST_CHECK = TimeUnit.SECONDS.toNanos(1);

  private enum State {
    NEW,
    CONNECTING,
    CONNECTED,
    ENDED
  }

  private final Vertx vertx;
  private final Context context;
  private final MqttSettings settings;
  private final TimeSource time;
  private final SessionListener listener;
  private final InFlightWindow window;
  private final Barrier barrier = new Barrier();
  private final Question question = new Question();
  private final Receipts receipts = new Receipts();
  private final Way way;
  private final MqttClient client;
  private final Promise<Void> connected = Promise.promise();
  private final long keepAlive;
  private final long checkEvery;

  private State state = State.NEW;
  private long timer = -1;
  private @Nullable Outlet outlet;
  private @Nullable Throwable lastError;
  private long heardNanos;
  private long saidNanos;
  private boolean pinged;
  private boolean pingDue;
  private long acks;
  private long strayAcks;
  private long passedOver;

  /**
   * Prepares an attempt.
   *
   * @param will what the broker publishes when it loses this client; null for nothing
   */
  public MqttSession(
      Vertx vertx,
      MqttSettings settings,
      @Nullable Publication will,
      TimeSource time,
      SessionListener listener) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.settings = settings;
    this.time = time;
    this.listener = listener;
    this.window = new InFlightWindow(settings.windowMessages(), settings.windowBytes());
    this.way =
        new Way(
            vertx,
            settings,
            ClientOptions.of(settings, will),
            opened -> outlet = new Outlet(opened));
    this.client = way.client();
    this.keepAlive = settings.keepAlive().toNanos();
    long shortest = Math.min(keepAlive, settings.ackTimeout().toNanos());
    this.checkEvery = Math.max(1_000_000L, Math.min(LONGEST_CHECK, shortest / CHECKS));
  }

  /**
   * Connects; once only.
   *
   * @return completes when the broker accepted, fails with {@link LinkException}, in either case
   *     within the connect timeout
   */
  public Future<Void> connect() {
    if (state != State.NEW) {
      throw new IllegalStateException("BUG: session connected twice");
    }
    state = State.CONNECTING;
    // The client knows nothing of what is written past it.
    client.publishCompletionHandler(this::acknowledged);
    client.publishCompletionUnknownPacketIdHandler(this::acknowledged);
    client.pingResponseHandler(ignored -> ponged());
    client.subscribeCompletionHandler(a -> granted(a.messageId(), a.grantedQoSLevels()));
    client.publishHandler(this::received);
    client.exceptionHandler(error -> lastError = error);
    client.closeHandler(ignored -> closed(lastError));
    timer =
        vertx.setTimer(
            settings.connectTimeout().toMillis(),
            ignored -> end(failure(LinkFailure.NO_ANSWER, "within " + settings.connectTimeout())));
    way.connect()
        .onSuccess(ignored -> accepted())
        .onFailure(error -> closed(lastError == null ? error : lastError));
    return connected.future();
  }

  private void accepted() {
    if (state != State.CONNECTING) {
      way.close(); // too late: the deadline was faster
      return;
    }
    vertx.cancelTimer(timer);
    state = State.CONNECTED;
    heardNanos = time.nanoTime();
    saidNanos = heardNanos;
    timer = vertx.setPeriodic(TimeUnit.NANOSECONDS.toMillis(checkEvery), ignored -> check());
    connected.complete();
  }

  /** Whether the window has room for this message. */
  public boolean admits(Publication message) {
    return state == State.CONNECTED && window.admits(message.size(), barrier);
  }

  /**
   * Subscribes at QoS 1; one call after the other.
   *
   * @param filters at least one
   * @return the filters that the broker refused; does not complete when the session ends before
   */
  public Future<List<String>> subscribe(List<String> filters) {
    if (state != State.CONNECTED || question.isOpen() || filters.isEmpty()) {
      throw new IllegalStateException("BUG: subscribe on a session that is " + state);
    }
    return question.ask(client, filters, time.nanoTime(), this::publishFailed);
  }

  /** Whether an answer to {@link #subscribe} is owed. */
  public boolean isAsking() {
    return question.isOpen();
  }

  /** Wants no more of it; nobody waits for the answer. */
  public void unsubscribe(String filter) {
    if (state == State.CONNECTED) {
      client.unsubscribe(filter).onFailure(this::publishFailed);
    }
  }

  private void granted(int id, List<Integer> levels) {
    heard();
    if (state == State.CONNECTED && !question.answered(id, levels)) {
      strayAcks++;
    }
  }

  private void received(MqttPublishMessage message) {
    if (state == State.CONNECTED) {
      heard();
      receipts.hear(message, listener);
    }
  }

  /**
   * Sends a message. The window is not looked at: ask {@link #admits} before.
   *
   * @param token comes back with {@link SessionListener#acknowledged}
   */
  public void publish(Publication message, long token) {
    if (state != State.CONNECTED) {
      throw new IllegalStateException("BUG: publish on a session that is " + state);
    }
    long now = time.nanoTime();
    saidNanos = now;
    try {
      write(message, token, now).onFailure(this::publishFailed);
    } catch (RuntimeException e) {
      // The client throws when it lost the connection and has not said so yet.
      publishFailed(e);
    }
  }

  private Future<?> write(Publication message, long token, long now) {
    if (message.qos() == Qos.AT_LEAST_ONCE) {
      return outlet().write(message, window.add(token, message.size(), now));
    }
    barrier.add(token, message.size(), now);
    pingSoon();
    return client.publish(
        message.topic(), message.payload(), message.qos().wire, false, message.retained());
  }

  /** Waits no more for the acknowledgement of a message at QoS 1; should it come, it is a stray. */
  public void withdraw(long token) {
    if (state == State.CONNECTED) {
      window.withdraw(token, time.nanoTime());
    }
  }

  private Outlet outlet() {
    if (outlet == null) {
      throw new IllegalStateException("BUG: connected without a socket");
    }
    return outlet;
  }

  /** After what is published in this turn: one ping for all of it. */
  private void pingSoon() {
    if (!pingDue && !pinged) {
      pingDue = true;
      context.runOnContext(
          ignored -> {
            pingDue = false;
            if (state == State.CONNECTED && !pinged && barrier.wantsPing()) {
              ping();
            }
          });
    }
  }

  private void ping() {
    pinged = true;
    barrier.pinged();
    window.pinged();
    saidNanos = time.nanoTime();
    client.ping();
  }

  /** Ends from a fresh turn, so that the caller is not called back from inside its own call. */
  private void publishFailed(Throwable error) {
    context.runOnContext(ignored -> closed(error));
  }

  /** Messages published and not yet acknowledged, or confirmed. */
  public int inFlightMessages() {
    return window.messages() + barrier.messages();
  }

  /** Their bytes. */
  public int inFlightBytes() {
    return window.bytes() + barrier.bytes();
  }

  /** Answers of the broker to nothing: of messages not in flight, to no ping, to no question. */
  public long strayAcks() {
    return strayAcks;
  }

  /** Messages at QoS 1 that the broker acknowledged. */
  public long acks() {
    return acks;
  }

  /**
   * The token of the message over which the session ended, when the broker had not acknowledged it
   * in time although it answered what was written after it; 0 when it ended otherwise.
   */
  public long passedOver() {
    return passedOver;
  }

  public boolean isConnected() {
    return state == State.CONNECTED;
  }

  /** Says goodbye if connected, and ends; the listener hears no more. Completes in any case. */
  public Future<Void> close() {
    State former = state;
    state = State.ENDED;
    vertx.cancelTimer(timer);
    window.clear();
    barrier.clear();
    receipts.over();
    if (former == State.CONNECTING) {
      connected.tryFail(failure(LinkFailure.OTHER, "given up"));
    }
    return former == State.NEW || former == State.ENDED ? Future.succeededFuture() : way.close();
  }

  private void acknowledged(int id) {
    if (state == State.CONNECTING) {
      String what = WebAnswer.is(id) ? WebAnswer.WORDS : "something else came before CONNACK";
      end(failure(LinkFailure.NOT_MQTT, what));
      return;
    }
    if (state != State.CONNECTED) {
      return;
    }
    heard();
    InFlightWindow.Entry entry = window.remove(id, heardNanos);
    if (entry == null) {
      strayAcks++;
    } else {
      acks++;
      listener.acknowledged(entry.token());
    }
  }

  private void ponged() {
    heard();
    if (state != State.CONNECTED) {
      return;
    }
    if (!pinged) {
      strayAcks++; // it must not be taken for the answer to a ping that is still to come
      return;
    }
    pinged = false;
    window.answered();
    barrier.answered(heardNanos, listener::acknowledged);
    if (state == State.CONNECTED && barrier.wantsPing()) {
      pingSoon();
    }
  }

  private void heard() {
    heardNanos = time.nanoTime();
  }

  private void check() {
    long now = time.nanoTime();
    long oldest = Math.max(window.oldestAge(now), barrier.oldestAge(now));
    if (Math.max(oldest, question.age(now)) >= settings.ackTimeout().toNanos()) {
      notAcknowledged(now);
    } else if (now - heardNanos >= keepAlive + keepAlive / 2 - checkEvery) {
      end(failure(LinkFailure.SILENT, ""));
    } else if (!pinged && (window.asks(now, settings.ackTimeout().toNanos() / 2) || quiet(now))) {
      ping();
    }
  }

  private boolean quiet(long now) {
    return now - Math.min(heardNanos, saidNanos) >= keepAlive / 4 * 3;
  }

  private void notAcknowledged(long now) {
    String within = "within " + settings.ackTimeout();
    if (window.isPassedOver() && window.oldestAge(now) >= settings.ackTimeout().toNanos()) {
      passedOver = window.oldestToken();
      within += ", but answered what was sent later";
    }
    end(failure(LinkFailure.ACK_TIMEOUT, within));
  }

  private void closed(@Nullable Throwable error) {
    boolean greeted = state == State.CONNECTED;
    LinkException why = way.failure(error, greeted);
    end(greeted ? Diagnosis.midSession(why) : why);
  }

  /** The one way to the end, whoever notices first; nothing when it has ended. */
  public void end(LinkException why) {
    State former = state;
    if (former == State.ENDED) {
      return;
    }
    state = State.ENDED;
    vertx.cancelTimer(timer);
    window.clear();
    barrier.clear();
    receipts.over();
    Outlet open = outlet;
    if (former == State.CONNECTED && open != null && why.failure() != LinkFailure.HOST_OFFLINE) {
      way.drop(open.socket());
    } else {
      way.close();
    }
    if (former == State.CONNECTING) {
      connected.fail(why);
    } else {
      listener.ended(why);
    }
  }

  private static LinkException failure(LinkFailure failure, String detail) {
    return new LinkException(failure, detail, null);
  }
}
