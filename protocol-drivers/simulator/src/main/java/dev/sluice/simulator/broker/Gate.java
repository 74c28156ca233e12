package dev.sluice.simulator.broker;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A port of loopback that leads to the broker and can be closed: everybody is thrown out, nobody
 * gets in, until it is mended on the same port.
 *
 * <p>It cuts the network and not the broker, and a verifying subscriber does not come through it: a
 * demo is to show what the gateway loses, not what the broker does. Moquette 0.17 counts packet ids
 * from 1 on each connection while what is in flight stays with the session, so that a subscriber
 * who comes back can lose a message that was acknowledged to its publisher. Any thread.
 */
public final class Gate {

  private static final String LOOPBACK = "127.0.0.1";

  private final Vertx vertx;
  private final int target;
  private int port;
  private @Nullable String passage;

  private Gate(Vertx vertx, int target, int port) {
    this.vertx = vertx;
    this.target = target;
    this.port = port;
  }

  /**
   * Opens a gate.
   *
   * @param port where clients come, 0 for any free one
   * @param target the port of the broker
   */
  public static Future<Gate> open(Vertx vertx, int port, int target) {
    var gate = new Gate(vertx, target, port);
    return gate.mend().map(v -> gate);
  }

  public synchronized int port() {
    return port;
  }

  /** Whether it is closed. */
  public synchronized boolean isCut() {
    return passage == null;
  }

  /** Closes the port and all connections through it; nothing if it is cut already. */
  public synchronized Future<Void> cut() {
    String open = passage;
    passage = null;
    return open == null ? Future.succeededFuture() : vertx.undeploy(open);
  }

  /** Opens the same port again; nothing if it is open. */
  public Future<Void> mend() {
    if (!isCut()) {
      return Future.succeededFuture();
    }
    var opened = new Passage(target, port());
    return vertx
        .deployVerticle(opened)
        .map(
            id -> {
              synchronized (this) {
                passage = id;
                port = opened.port;
              }
              return null;
            });
  }

  /** The gate while it is open. */
  private static final class Passage extends VerticleBase {

    private final int target;
    private volatile int port;
    private final Set<NetSocket> sockets = new HashSet<>();
    private @Nullable NetServer server;
    private @Nullable NetClient toBroker;
    private boolean closed;

    Passage(int target, int port) {
      this.target = target;
      this.port = port;
    }

    @Override
    public Future<?> start() {
      NetClient client = vertx.createNetClient();
      toBroker = client;
      NetServer opened = vertx.createNetServer();
      server = opened;
      return opened
          .connectHandler(socket -> pass(socket, client))
          .listen(port, LOOPBACK)
          .map(bound -> port = bound.actualPort());
    }

    @Override
    public Future<?> stop() {
      closed = true;
      List.copyOf(sockets).forEach(NetSocket::close);
      Future<Void> shut = server == null ? Future.succeededFuture() : server.close();
      return shut.eventually(() -> toBroker == null ? Future.succeededFuture() : toBroker.close());
    }

    private void pass(NetSocket socket, NetClient client) {
      if (closed) {
        socket.close();
        return;
      }
      track(socket);
      socket.pause();
      client
          .connect(target, LOOPBACK)
          .onComplete(
              broker -> {
                if (closed) {
                  broker.close();
                  return;
                }
                track(broker);
                relay(socket, broker);
                relay(broker, socket);
              },
              failure -> socket.close());
    }

    private void relay(NetSocket from, NetSocket to) {
      from.pipeTo(to).onComplete(done -> to.close(), failure -> to.close());
    }

    private void track(NetSocket socket) {
      sockets.add(socket);
      socket.closeHandler(v -> sockets.remove(socket));
    }
  }
}
