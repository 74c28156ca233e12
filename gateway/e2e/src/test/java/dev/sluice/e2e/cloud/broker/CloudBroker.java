package dev.sluice.e2e.cloud.broker;

import dev.sluice.e2e.Eventually;
import dev.sluice.e2e.TestPki;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.MqttServer;
import io.vertx.mqtt.MqttServerOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * An MQTT 3.1.1 server behind TLS that behaves as its {@link Contract} says. Everything that a
 * client does happens on one thread, so a contract needs no locks; the methods of this class are
 * for the test's thread.
 */
public final class CloudBroker implements AutoCloseable {

  /** Far above every platform's limit, so that too long a message is refused by the contract. */
  private static final int DECODER_BYTES = 1 << 21;

  private static final long TICK_MILLIS = 50;
  private static final long CALL_SECONDS = 20;

  private final Vertx vertx;
  private final Contract contract;
  private final Faults faults = new Faults();
  private final List<Connect> connects = new CopyOnWriteArrayList<>();
  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final List<Ended> ended = new CopyOnWriteArrayList<>();

  // Only on the broker's thread.
  private final Map<String, Session> sessions = new HashMap<>();

  private MqttServer server;
  private long ticks;

  private CloudBroker(Vertx vertx, Contract contract) {
    this.vertx = vertx;
    this.contract = contract;
  }

  /** Listens on a free loopback port with the certificate for the names of the {@link Bench}. */
  public static CloudBroker listen(Contract contract) {
    var broker = new CloudBroker(Bench.vertx(), contract);
    TestPki pki = Bench.names().pki();
    MqttServerOptions options = new MqttServerOptions();
    options
        .setSsl(true)
        .setClientAuth(ClientAuth.REQUEST)
        .setTrustOptions(new PemTrustOptions().addCertPath(pki.certificate("ca").toString()))
        .setKeyCertOptions(
            new PemKeyCertOptions()
                .addCertPath(pki.certificate("server").toString())
                .addKeyPath(pki.key("server").toString()));
    options.setHost("127.0.0.1").setPort(0);
    options.setMaxMessageSize(DECODER_BYTES).setMaxClientIdLength(65_535);
    MqttServer server =
        MqttServer.create(broker.vertx, options)
            .endpointHandler(broker::knock)
            .exceptionHandler(e -> {}); // a failed TLS handshake; the client tells about it
    broker.server = await(server.listen().toCompletionStage().toCompletableFuture());
    broker.ticks = broker.vertx.setPeriodic(TICK_MILLIS, id -> contract.tick());
    return broker;
  }

  private void knock(MqttEndpoint endpoint) {
    Connect connect = Connect.of(endpoint);
    connects.add(connect);
    int code;
    try {
      int refusal = faults.refusal();
      code = refusal != 0 ? refusal : contract.connect(connect);
    } catch (Violation violation) {
      ended.add(new Ended(connect.clientId(), violation.getMessage(), System.nanoTime()));
      endpoint.close();
      return;
    }
    if (code == Contract.ACCEPTED) {
      open(endpoint, connect);
    } else {
      ended.add(new Ended(connect.clientId(), "CONNACK " + code, System.nanoTime()));
      endpoint.reject(MqttConnectReturnCode.valueOf((byte) code));
    }
  }

  private void open(MqttEndpoint endpoint, Connect connect) {
    String identity = contract.identity(connect);
    var session = new Session(vertx, endpoint, connect, faults);
    Session older = sessions.put(identity, session);
    if (older != null) {
      older.end("a newer client is " + identity);
    }
    new Conduct(vertx, endpoint, session, contract, faults, received::add);
    endpoint.disconnectHandler(nothing -> session.leaves());
    endpoint.exceptionHandler(e -> session.end("unreadable: " + e.getMessage()));
    endpoint.closeHandler(
        nothing -> {
          sessions.remove(identity, session);
          ended.add(session.gone());
          contract.closed(session);
        });
    endpoint.accept(false);
    contract.opened(session);
  }

  public int port() {
    return server.actualPort();
  }

  public Faults faults() {
    return faults;
  }

  /** Every CONNECT so far, also of clients that were refused. */
  public List<Connect> connects() {
    return List.copyOf(connects);
  }

  /** Every message that was taken so far, in order. */
  public List<Received> received() {
    return List.copyOf(received);
  }

  /** What was taken on one topic. */
  public List<Received> received(String topic) {
    return received.stream().filter(message -> message.topic().equals(topic)).toList();
  }

  /** Every connection that ended, and why. */
  public List<Ended> ended() {
    return List.copyOf(ended);
  }

  /** Why connections ended so far, in order; waits until there are that many. */
  public List<String> endings(int count) {
    Eventually.holds(
        count + " connections end",
        Duration.ofSeconds(CALL_SECONDS),
        () -> ended.size() >= count,
        () -> ended.toString());
    return ended.stream().map(Ended::reason).toList();
  }

  /** Does something on the broker's thread. */
  public <T> T call(Supplier<T> step) {
    var done = new CompletableFuture<T>();
    vertx
        .getOrCreateContext()
        .runOnContext(
            nothing -> {
              try {
                done.complete(step.get());
              } catch (RuntimeException e) {
                done.completeExceptionally(e);
              }
            });
    return await(done);
  }

  /** The session of a client; only for use within {@link #call}. */
  public Optional<Session> session(String identity) {
    return Optional.ofNullable(sessions.get(identity));
  }

  /** Whether a client is connected. */
  public boolean isConnected(String identity) {
    return call(() -> sessions.containsKey(identity));
  }

  /**
   * Closes a client's connection.
   *
   * @return whether it had one
   */
  public boolean cut(String identity, String reason) {
    return call(
        () -> {
          session(identity).ifPresent(session -> session.end(reason));
          return sessions.containsKey(identity);
        });
  }

  private static <T> T await(CompletableFuture<T> future) {
    try {
      return future.get(CALL_SECONDS, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("the emulated platform does not answer", e);
    }
  }

  @Override
  public void close() {
    vertx.cancelTimer(ticks);
    await(server.close().toCompletionStage().toCompletableFuture());
  }
}
