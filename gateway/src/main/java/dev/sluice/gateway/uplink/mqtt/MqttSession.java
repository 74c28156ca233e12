package dev.sluice.gateway.uplink.mqtt;

import dev.sluice.driver.TimeSource;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.mqtt.MqttClient;
import io.vertx.mqtt.messages.MqttPublishMessage;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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

  /** MQTT 3.1.1, 3.9.3. */
  private static final int REFUSED = 0x80;

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
  private final MqttClient client;
  private final Promise<Void> connected = Promise.promise();
  private final long keepAlive;
  private final long checkEvery;

  private State state = State.NEW;
  private long timer = -1;
  private @Nullable Throwable lastError;
  private long heardNanos;
  private long saidNanos;
  private boolean pinged;
  private boolean pingDue;
  private @Nullable Promise<List<String>> granted;
  private List<String> asked = List.of();
  private long strayAcks;
  private long subscribedNanos;

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
    this.client = MqttClient.create(vertx, ClientOptions.of(settings, will));
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
    client.publishCompletionHandler(this::acknowledged);
    client.publishCompletionUnknownPacketIdHandler(this::strayAck);
    client.pingResponseHandler(ignored -> ponged());
    client.subscribeCompletionHandler(answer -> granted(answer.grantedQoSLevels()));
    client.publishHandler(this::received);
    client.exceptionHandler(error -> lastError = error);
    client.closeHandler(ignored -> closed(lastError));
    timer =
        vertx.setTimer(
            settings.connectTimeout().toMillis(),
            ignored -> end(failure(LinkFailure.NO_ANSWER, "within " + settings.connectTimeout())));
    resolve().onSuccess(ignored -> dial()).onFailure(this::closed);
    return connected.future();
  }

  /**
   * Asks for the address on a worker. The name resolver of the JVM blocks, and the connect would
   * ask it on the event loop; after this, it finds the answer in the cache of the JVM. Connecting
   * to the address instead would let a certificate for that address pass for one of the name.
   */
  private Future<Boolean> resolve() {
    String host = settings.host();
    if (ClientOptions.isAddress(host)) {
      return Future.succeededFuture(true);
    }
    return vertx.executeBlocking(() -> InetAddress.getAllByName(host).length > 0, false);
  }

  private void dial() {
    if (state != State.CONNECTING) {
      return;
    }
    client
        .connect(settings.port(), settings.host(), ClientOptions.serverName(settings))
        .onSuccess(ignored -> accepted())
        .onFailure(error -> closed(lastError == null ? error : lastError));
  }

  private void accepted() {
    if (state != State.CONNECTING) {
      disconnect(); // too late: the deadline was faster
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
    if (state != State.CONNECTED || granted != null || filters.isEmpty()) {
      throw new IllegalStateException("BUG: subscribe on a session that is " + state);
    }
    Promise<List<String>> answer = Promise.promise();
    granted = answer;
    asked = List.copyOf(filters);
    subscribedNanos = time.nanoTime();
    var wanted = new LinkedHashMap<String, Integer>();
    asked.forEach(filter -> wanted.put(filter, MqttQoS.AT_LEAST_ONCE.value()));
    try {
      client.subscribe(wanted).onFailure(this::publishFailed);
    } catch (RuntimeException e) {
      publishFailed(e);
    }
    return answer.future();
  }

  private void granted(List<Integer> levels) {
    heard();
    Promise<List<String>> answer = granted;
    if (state != State.CONNECTED || answer == null) {
      return;
    }
    granted = null;
    var refused = new ArrayList<String>();
    for (int i = 0; i < asked.size(); i++) {
      if (i >= levels.size() || levels.get(i) == REFUSED) {
        refused.add(asked.get(i));
      }
    }
    answer.complete(refused);
  }

  private void received(MqttPublishMessage message) {
    if (state != State.CONNECTED) {
      return;
    }
    heard();
    listener.received(new Incoming(message.topicName(), message.payload(), message.isRetain()));
    if (message.qosLevel() != MqttQoS.AT_MOST_ONCE && state == State.CONNECTED) {
      message.ack();
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

  private Future<Integer> write(Publication message, long token, long now) {
    if (message.qos() == Qos.AT_LEAST_ONCE) {
      int id = window.add(token, message.size(), now);
      return client.publish(
          id, message.topic(), message.payload(), message.qos().wire, false, message.retained());
    }
    barrier.add(token, message.size(), now);
    pingSoon();
    return client.publish(
        message.topic(), message.payload(), message.qos().wire, false, message.retained());
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

  /** Acknowledgements of messages that were not in flight. */
  public long strayAcks() {
    return strayAcks;
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
    if (former == State.CONNECTING) {
      connected.tryFail(failure(LinkFailure.OTHER, "given up"));
    }
    return former == State.NEW || former == State.ENDED ? Future.succeededFuture() : disconnect();
  }

  private void acknowledged(int id) {
    if (state != State.CONNECTED) {
      return;
    }
    heard();
    InFlightWindow.Entry entry = window.remove(id, heardNanos);
    if (entry == null) {
      strayAcks++;
    } else {
      listener.acknowledged(entry.token());
    }
  }

  private void strayAck(int id) {
    if (state == State.CONNECTING) {
      end(failure(LinkFailure.NOT_MQTT, "something else came before CONNACK"));
      return;
    }
    heard();
    strayAcks++;
  }

  private void ponged() {
    heard();
    pinged = false;
    if (state != State.CONNECTED) {
      return;
    }
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
    if (granted != null) {
      oldest = Math.max(oldest, now - subscribedNanos);
    }
    if (oldest >= settings.ackTimeout().toNanos()) {
      end(failure(LinkFailure.ACK_TIMEOUT, "within " + settings.ackTimeout()));
    } else if (now - heardNanos >= keepAlive + keepAlive / 2 - checkEvery) {
      end(failure(LinkFailure.SILENT, ""));
    } else if (!pinged && now - Math.min(heardNanos, saidNanos) >= keepAlive / 4 * 3) {
      ping();
    }
  }

  private void closed(@Nullable Throwable error) {
    boolean shown = settings.tls() != null && settings.tls().certificate() != null;
    end(Diagnosis.of(error, settings.tls() != null, shown));
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
    disconnect();
    if (former == State.CONNECTING) {
      connected.fail(why);
    } else {
      listener.ended(why);
    }
  }

  private Future<Void> disconnect() {
    try {
      return client.disconnect();
    } catch (RuntimeException e) {
      // It is in the middle of closing by itself, which is what was wanted.
      return Future.succeededFuture();
    }
  }

  private static LinkException failure(LinkFailure failure, String detail) {
    return new LinkException(failure, detail, null);
  }
}
