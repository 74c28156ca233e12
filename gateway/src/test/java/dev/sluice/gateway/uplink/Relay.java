package dev.sluice.gateway.uplink;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The way to a broker: connections open and nobody answers, until it is opened. */
final class Relay {

  private final AtomicInteger unanswered = new AtomicInteger();
  private final Set<NetSocket> through = ConcurrentHashMap.newKeySet();
  private final Set<NetSocket> waiting = ConcurrentHashMap.newKeySet();
  private final NetClient client;
  private final NetServer server;
  private volatile int target;

  private Relay(Vertx vertx) {
    client = vertx.createNetClient();
    server = vertx.createNetServer().connectHandler(this::take);
  }

  /** Silent at first. */
  static Relay listen(Vertx vertx, int port) throws Exception {
    var relay = new Relay(vertx);
    relay
        .server
        .listen(port, "127.0.0.1")
        .toCompletionStage()
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
    return relay;
  }

  int port() {
    return server.actualPort();
  }

  /** How many connections have met silence. */
  int unanswered() {
    return unanswered.get();
  }

  /** Cuts who waits; whoever comes from now on reaches the broker. */
  void open(int port) {
    target = port;
    waiting.forEach(NetSocket::close);
  }

  /** Breaks every connection that reached the broker. */
  void cut() {
    through.forEach(NetSocket::close);
  }

  private void take(NetSocket socket) {
    if (target == 0) {
      unanswered.incrementAndGet();
      waiting.add(socket);
      socket.handler(bytes -> {});
      socket.closeHandler(ignored -> waiting.remove(socket));
      return;
    }
    socket.pause();
    client
        .connect(target, "127.0.0.1")
        .onSuccess(
            broker -> {
              through.add(broker);
              broker.closeHandler(ignored -> socket.close());
              socket.closeHandler(ignored -> broker.close());
              var up = socket.pipeTo(broker);
              var down = broker.pipeTo(socket);
              up.onFailure(error -> broker.close());
              down.onFailure(error -> socket.close());
            })
        .onFailure(error -> socket.close());
  }
}
