package dev.sluice.e2e.cloud;

import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A platform that runs: its doors, its sessions, and what a test wants to know and to break.
 *
 * <p>Everything happens on one event loop of its own; the methods here may be called from any other
 * thread.
 */
public final class Emulation implements AutoCloseable {

  /** The reason of an ending that the client announced. */
  public static final String GOODBYE = "DISCONNECT";

  private static final int MAX_PACKET = 1 << 20;
  private static final int MAX_CLIENT_ID = 1_000;
  private static final long SECONDS = 30;

  private final Platform platform;
  private final Vertx vertx;
  private final Faults faults = new Faults();
  private final Journal<ConnectFields> connects = Journal.of("a CONNECT");
  private final Journal<Received> received = Journal.of("a message");
  private final Journal<Ending> endings = Journal.of("an ending");
  private final Map<String, Session> sessions = new HashMap<>();
  private final Map<String, Integer> ports = new HashMap<>();
  private final Map<Door, NetServer> servers = new HashMap<>();

  private volatile boolean away;

  private Emulation(Platform platform) {
    this.platform = platform;
    this.vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(2));
  }

  /**
   * Opens the doors of a platform.
   *
   * @throws AssertionError naming the door that cannot be opened
   */
  public static Emulation start(Platform platform, List<Door> doors) {
    var emulation = new Emulation(platform);
    doors.forEach(emulation::listen);
    return emulation;
  }

  private void listen(Door door) {
    NetServer server = vertx.createNetServer(door.options(platform));
    server.connectHandler(socket -> accept(door, socket));
    server.exceptionHandler(
        error -> refused("", "TLS at door " + door.name() + ": " + error.getMessage()));
    try {
      server.listen().toCompletionStage().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
    } catch (Exception e) {
      close();
      throw new AssertionError("cannot open " + door.address() + ":" + door.port(), e);
    }
    ports.put(door.name(), server.actualPort());
    servers.put(door, server);
  }

  /** Nobody listens any more, and whoever is there goes; what is known of clients stays. */
  public void shut() {
    for (NetServer server : List.copyOf(servers.values())) {
      server
          .close()
          .toCompletionStage()
          .toCompletableFuture()
          .orTimeout(SECONDS, TimeUnit.SECONDS)
          .join();
    }
    call(
        () -> {
          clients().forEach(client -> client.end("the platform is down"));
          return null;
        });
  }

  /** Listens again, where it did. */
  public void reopen() {
    List.copyOf(servers.keySet()).forEach(this::listen);
  }

  private void accept(Door door, NetSocket socket) {
    if (away) {
      socket.close();
      return;
    }
    var channel = (NetSocketInternal) socket;
    var pipeline = channel.channelHandlerContext().pipeline();
    var way = new WebSocketWay(door.webSocket(), reason -> refused("", reason));
    if (!door.webSocket().isEmpty()) {
      way.lead(pipeline, "handler");
    }
    pipeline.addBefore("handler", "mqttEncoder", MqttEncoder.INSTANCE);
    pipeline.addBefore("handler", "mqttDecoder", new MqttDecoder(MAX_PACKET, MAX_CLIENT_ID));
    new Conversation(this, platform, door, channel, way::asked).start();
  }

  /** The port of a door. */
  public int port(String door) {
    return ports.get(door);
  }

  public Faults faults() {
    return faults;
  }

  /** Every CONNECT, of those refused too. */
  public Journal<ConnectFields> connects() {
    return connects;
  }

  /** Every message that was taken; one that broke a rule is only among the endings. */
  public Journal<Received> received() {
    return received;
  }

  /** Every end of a connection, with its reason. */
  public Journal<Ending> endings() {
    return endings;
  }

  /** The client of this id, if it is connected. On the event loop. */
  public Optional<Client> client(String id) {
    return Optional.ofNullable(sessions.get(id)).map(session -> session.client);
  }

  /** All that are connected. On the event loop. */
  public List<Client> clients() {
    return sessions.values().stream()
        .map(session -> session.client)
        .filter(client -> client != null)
        .toList();
  }

  /** Keeps a message for the sessions whose clients are away and want it. On the event loop. */
  public void keepForAbsent(String topic, byte[] payload) {
    sessions.values().stream()
        .filter(session -> session.client == null && session.qosFor(topic) > 0)
        .forEach(
            session ->
                session.keep(
                    new Session.Delivery(topic, payload, true, new CompletableFuture<>())));
  }

  /** Whether a client of this id is connected now. */
  public boolean isConnected(String id) {
    return call(() -> client(id).isPresent());
  }

  /** Ends the connection of a client without a word; nothing if there is none. */
  public void disconnect(String id, String reason) {
    call(
        () -> {
          client(id).ifPresent(client -> client.end(reason));
          return null;
        });
  }

  /** An outage: everybody is cut off, and whoever comes is sent away before a word is said. */
  public void leave() {
    call(
        () -> {
          away = true;
          clients().forEach(client -> client.end("the platform is away"));
          return null;
        });
  }

  /** The end of the outage. */
  public void comeBack() {
    away = false;
  }

  /** Runs on the event loop and waits for the result. */
  public <T> T call(Supplier<T> task) {
    var result = new CompletableFuture<T>();
    vertx.runOnContext(
        ignored -> {
          try {
            result.complete(task.get());
          } catch (RuntimeException | Error e) {
            result.completeExceptionally(e);
          }
        });
    return result.orTimeout(SECONDS, TimeUnit.SECONDS).join();
  }

  /** For timers, and for work that may not be done on the event loop. */
  public Vertx vertx() {
    return vertx;
  }

  void refused(String clientId, String reason) {
    endings.add(new Ending(System.nanoTime(), clientId, true, reason));
  }

  /** The session of a client that is accepted; whoever has its id goes. */
  Session open(ConnectFields fields) {
    String id = fields.clientId();
    client(id).ifPresent(older -> older.end("a second client with its id"));
    Session kept = sessions.get(id);
    boolean clean = fields.cleanSession() || !platform.keepsSessions();
    if (kept != null && clean) {
      kept.discard("its client began a clean session");
    }
    Session session = kept != null && !clean ? kept : new Session(id, clean);
    sessions.put(id, session);
    return session;
  }

  void gone(Client client, boolean byUs, String reason) {
    Session session = client.session();
    session.client = null;
    if (session.clean) {
      sessions.remove(client.id());
      session.discard(reason);
    }
    endings.add(new Ending(System.nanoTime(), client.id(), byUs, reason));
    if (!reason.equals(GOODBYE)) {
      client.fields().will().ifPresent(will -> publish(client, will));
    }
    platform.ended(client, reason);
  }

  private void publish(Client client, ConnectFields.Will will) {
    var message =
        new Received(
            System.nanoTime(),
            client.id(),
            will.topic(),
            will.payload(),
            will.qos(),
            will.retained(),
            false,
            0,
            true);
    received.add(message);
    platform.publish(client, message);
  }

  @Override
  public void close() {
    vertx
        .close()
        .toCompletionStage()
        .toCompletableFuture()
        .orTimeout(SECONDS, TimeUnit.SECONDS)
        .join();
  }
}
