package dev.sluice.gateway.uplink.mqtt;

import dev.sluice.driver.TimeSource;
import dev.sluice.gateway.uplink.credential.TlsMaterial;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A session on a context of its own, driven from a test thread. */
final class SessionUnderTest implements SessionListener {

  final BlockingQueue<Long> acked = new LinkedBlockingQueue<>();
  final BlockingQueue<LinkException> ended = new LinkedBlockingQueue<>();
  final BlockingQueue<Incoming> received = new LinkedBlockingQueue<>();
  volatile Runnable onReceived = () -> {};

  /** Messages on this topic are acknowledged when {@link #send} says so. */
  volatile String putsOff = "";

  private final Context context;
  private final MqttSession session;

  /** Its deadlines come when the clock says so, and not earlier. */
  SessionUnderTest(Vertx vertx, MqttSettings settings, Publication will, TimeSource time)
      throws Exception {
    context = vertx.getOrCreateContext();
    session = call(() -> new MqttSession(vertx, settings, will, time, this));
  }

  SessionUnderTest(Vertx vertx, MqttSettings settings, Publication will) throws Exception {
    this(vertx, settings, will, new Monotonic());
  }

  SessionUnderTest(Vertx vertx, MqttSettings settings) throws Exception {
    this(vertx, settings, null);
  }

  static MqttSettings settings(int port) {
    return settings("127.0.0.1", port, null);
  }

  static MqttSettings settings(String host, int port, TlsMaterial tls) {
    return new MqttSettings(
        host,
        port,
        tls,
        "client",
        null,
        null,
        Duration.ofSeconds(30),
        Duration.ofSeconds(5),
        Duration.ofSeconds(5),
        4,
        1 << 20);
  }

  static MqttSettings with(
      MqttSettings base, Duration keepAlive, Duration connectTimeout, Duration ackTimeout) {
    return new MqttSettings(
        base.host(),
        base.port(),
        base.tls(),
        base.clientId(),
        base.username(),
        base.password(),
        keepAlive,
        connectTimeout,
        ackTimeout,
        base.windowMessages(),
        base.windowBytes());
  }

  <T> T call(Callable<T> on) throws Exception {
    var result = new CompletableFuture<T>();
    context.runOnContext(
        ignored -> {
          try {
            result.complete(on.call());
          } catch (Exception | Error e) {
            result.completeExceptionally(e);
          }
        });
    return result.get(10, TimeUnit.SECONDS);
  }

  /** Null when connected, else why not. */
  LinkException connect() throws Exception {
    var result = new CompletableFuture<LinkException>();
    call(
        () ->
            session
                .connect()
                .onSuccess(ignored -> result.complete(null))
                .onFailure(error -> result.complete((LinkException) error)));
    return result.get(20, TimeUnit.SECONDS);
  }

  void publish(String payload, long token) throws Exception {
    publish(Buffer.buffer(payload), token);
  }

  void publish(Buffer payload, long token) throws Exception {
    call(
        () -> {
          session.publish(new Publication("t", payload, false), token);
          return true;
        });
  }

  /** All in one turn, tokens from the first on. */
  void publishUnconfirmed(long first, int count) throws Exception {
    call(
        () -> {
          for (long token = first; token < first + count; token++) {
            var payload = Buffer.buffer(Long.toString(token));
            session.publish(new Publication("t", payload, Qos.AT_MOST_ONCE, false), token);
          }
          return true;
        });
  }

  CompletableFuture<List<String>> subscribe(String... filters) throws Exception {
    return call(
        () -> session.subscribe(List.of(filters)).toCompletionStage().toCompletableFuture());
  }

  void awaitStrayAcks(long count) throws Exception {
    await(() -> strayAcks() >= count);
  }

  void awaitNothingInFlight() throws Exception {
    await(() -> inFlight() == 0);
  }

  static void await(Callable<Boolean> condition) throws Exception {
    for (int i = 0; i < 5_000 && !condition.call(); i++) {
      TimeUnit.MILLISECONDS.sleep(2); // of its state nobody is told
    }
    if (!condition.call()) {
      throw new AssertionError("not within ten seconds");
    }
  }

  long passedOver() throws Exception {
    return call(session::passedOver);
  }

  /** How many ends the session told from within the call. */
  int endsWithinPublish(String topic) throws Exception {
    return call(
        () -> {
          session.publish(new Publication(topic, Buffer.buffer("x"), false), 1);
          return ended.size();
        });
  }

  boolean admits(int payload) throws Exception {
    var message = new Publication("t", Buffer.buffer(new byte[payload]), false);
    return call(() -> session.admits(message));
  }

  void send(Incoming message) throws Exception {
    call(
        () -> {
          message.receipt().send();
          return true;
        });
  }

  int inFlight() throws Exception {
    return call(session::inFlightMessages);
  }

  long strayAcks() throws Exception {
    return call(session::strayAcks);
  }

  void close() throws Exception {
    var closed = new CompletableFuture<Void>();
    call(() -> session.close().onComplete(ignored -> closed.complete(null)));
    closed.get(10, TimeUnit.SECONDS);
  }

  LinkException awaitEnd() throws Exception {
    return ended.poll(20, TimeUnit.SECONDS);
  }

  @Override
  public void acknowledged(long token) {
    acked.add(token);
  }

  @Override
  public void received(Incoming message) {
    if (message.topic().equals(putsOff)) {
      message.receipt().putOff();
    }
    received.add(message);
    onReceived.run();
  }

  @Override
  public void ended(LinkException why) {
    ended.add(why);
  }
}
