package dev.sluice.driver.testkit;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A TCP proxy on loopback that breaks connections on demand, while it runs.
 *
 * <pre>
 *   client  --&gt;  [ toServer: delay, throttle, swallow, corrupt, cut ]  --&gt;  server
 *           &lt;--  [ toClient: the same                               ]  &lt;--
 * </pre>
 *
 * <p>Thread-safe: it lives on a context of its own, faults may be switched from any thread. Memory
 * is bounded: at most about 1 MiB waits per direction and connection, then reading pauses.
 */
public final class FaultProxy {

  private static final String LOOPBACK = "127.0.0.1";

  private final Vertx vertx;
  private final Context context;
  private final NetClient client;
  private final Faults toServer = new Faults(this::pumpAll);
  private final Faults toClient = new Faults(this::pumpAll);
  private volatile SocketAddress target;

  /** Keeps the port while nobody listens on it. */
  private final HeldPort held = HeldPort.take();

  // On the context only.
  private final Set<ProxiedConnection> open = new LinkedHashSet<>();
  private final List<Waiter> waiters = new ArrayList<>();
  private @Nullable NetServer server;
  private @Nullable TrafficTap tap;
  private volatile int openCount;
  private final AtomicInteger accepted = new AtomicInteger();
  private final AtomicLong arrivedForServer = new AtomicLong();
  private final AtomicLong arrivedForClient = new AtomicLong();
  private volatile boolean refusing;

  private record Waiter(BooleanSupplier reached, Promise<Void> promise) {}

  private FaultProxy(Vertx vertx, Context context, SocketAddress target) {
    this.vertx = vertx;
    this.context = context;
    this.target = target;
    this.client = vertx.createNetClient();
  }

  /**
   * Starts a proxy on a free port of 127.0.0.1.
   *
   * @param targetPort of the server behind it, on 127.0.0.1; looked for at each connection
   */
  public static Future<FaultProxy> start(Vertx vertx, int targetPort) {
    var proxy =
        new FaultProxy(
            vertx,
            vertx.getOrCreateContext(),
            SocketAddress.inetSocketAddress(targetPort, LOOPBACK));
    return proxy.onContext(proxy::listen).map(proxy);
  }

  public String host() {
    return LOOPBACK;
  }

  public int port() {
    return held.port();
  }

  /** What goes wrong with bytes on their way to the server. */
  public Faults toServer() {
    return toServer;
  }

  /** What goes wrong with bytes on their way back. */
  public Faults toClient() {
    return toClient;
  }

  public Faults faults(Direction direction) {
    return direction == Direction.TO_SERVER ? toServer : toClient;
  }

  /** Connections accepted from now on lead to another port of 127.0.0.1. */
  public void target(int targetPort) {
    target = SocketAddress.inetSocketAddress(targetPort, LOOPBACK);
  }

  /**
   * Starts to record, beginning with the next connection that is accepted.
   *
   * @param maxBytes over all connections; a tap that overflows refuses to answer
   */
  public Future<TrafficTap> tap(long maxBytes) {
    return onContext(
        () -> {
          var fresh = new TrafficTap(maxBytes);
          tap = fresh;
          return Future.succeededFuture(fresh);
        });
  }

  /** How many connections were accepted since the start. */
  public int accepted() {
    return accepted.get();
  }

  /** How many connections are open to either side now. */
  public int open() {
    return openCount;
  }

  /** Completes when so many connections have been accepted since the start. */
  public Future<Void> whenAccepted(int count) {
    return when(() -> accepted.get() >= count);
  }

  /** How many bytes arrived at the proxy for one direction since the start, delivered or not. */
  public long arrived(Direction direction) {
    return bytesArrived(direction).get();
  }

  /** Completes when so many bytes have arrived at the proxy since the start, delivered or not. */
  public Future<Void> whenArrived(Direction direction, long bytes) {
    return when(() -> arrived(direction) >= bytes);
  }

  /** Completes when no connection is open. */
  public Future<Void> whenIdle() {
    return when(() -> open.isEmpty());
  }

  /** Ends all open connections now; {@link Cut#HALF_CLOSE} as if the server had half-closed. */
  public Future<Void> cut(Cut how) {
    return cut(Direction.TO_CLIENT, how);
  }

  /** Ends all open connections now. The direction matters for {@link Cut#HALF_CLOSE} only. */
  public Future<Void> cut(Direction direction, Cut how) {
    return onContext(
        () -> {
          List.copyOf(open).forEach(connection -> connection.end(direction, how));
          return Future.succeededFuture();
        });
  }

  /**
   * Stops to listen: new connections are refused, those that are open stay.
   *
   * @return completes when the next attempt to connect is refused
   */
  public Future<Void> refuse() {
    return onContext(
        () -> {
          NetServer listening = server;
          if (listening == null) {
            return Future.succeededFuture();
          }
          server = null;
          refusing = true;
          // Completes only when the last connection is closed; the listener goes at once.
          listening.shutdown(Duration.ofDays(1));
          return untilRefused();
        });
  }

  private Future<Void> untilRefused() {
    return client
        .connect(port(), LOOPBACK)
        .transform(
            attempt ->
                attempt.succeeded()
                    ? attempt.result().close().compose(v -> untilRefused())
                    : Future.succeededFuture());
  }

  /** Listens again, on the same port, after {@link #refuse()}. */
  public Future<Void> accept() {
    return onContext(() -> server == null ? listen() : Future.succeededFuture());
  }

  /** Closes everything. */
  public Future<Void> close() {
    return onContext(
        () -> {
          List.copyOf(open).forEach(connection -> connection.end(Direction.TO_CLIENT, Cut.FIN));
          NetServer listening = server;
          server = null;
          return (listening == null ? Future.<Void>succeededFuture() : listening.close())
              .eventually(client::close)
              .eventually(this::letGo);
        });
  }

  private Future<Void> letGo() {
    try {
      held.close();
      return Future.succeededFuture();
    } catch (IOException e) {
      return Future.failedFuture(e);
    }
  }

  private Future<Void> listen() {
    NetServer fresh = vertx.createNetServer().connectHandler(this::connected);
    return fresh
        .listen(port(), LOOPBACK)
        .map(
            listening -> {
              server = fresh;
              refusing = false;
              return null;
            });
  }

  private void connected(NetSocket near) {
    if (refusing) {
      Flow.close(near, Cut.RESET);
      return;
    }
    near.pause();
    // The listener may be shut down while this connection lives on.
    near.shutdownHandler(timeout -> {});
    TrafficTap recorder = tap;
    var connection = new ProxiedConnection(vertx, near, this::arrived, this::closed);
    if (recorder != null) {
      connection.record(recorder);
    }
    open.add(connection);
    accepted.incrementAndGet();
    openCount = open.size();
    client.connect(target).onComplete(far -> connection.linked(far, toServer, toClient));
    check();
  }

  private void arrived(Direction direction, int bytes) {
    bytesArrived(direction).addAndGet(bytes);
    check();
  }

  private AtomicLong bytesArrived(Direction direction) {
    return direction == Direction.TO_SERVER ? arrivedForServer : arrivedForClient;
  }

  private void closed(ProxiedConnection connection) {
    open.remove(connection);
    openCount = open.size();
    check();
  }

  private Future<Void> when(BooleanSupplier reached) {
    return onContext(
        () -> {
          Promise<Void> promise = Promise.promise();
          waiters.add(new Waiter(reached, promise));
          check();
          return promise.future();
        });
  }

  private void check() {
    for (Waiter waiter : List.copyOf(waiters)) {
      if (waiter.reached.getAsBoolean()) {
        waiters.remove(waiter);
        waiter.promise.complete();
      }
    }
  }

  private void pumpAll() {
    context.runOnContext(v -> List.copyOf(open).forEach(ProxiedConnection::pump));
  }

  private <T> Future<T> onContext(Supplier<Future<T>> work) {
    Promise<T> promise = Promise.promise();
    context.runOnContext(
        v -> {
          try {
            work.get().onComplete(promise);
          } catch (RuntimeException e) {
            promise.fail(e);
          }
        });
    return promise.future();
  }
}
