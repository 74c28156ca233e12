package dev.sluice.driver.testkit;

import io.vertx.core.AsyncResult;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A client's connection, the one made to the server for it, and a {@link Flow} each way. */
final class ProxiedConnection {

  private final Vertx vertx;
  private final NetSocket near;
  private final BiConsumer<Direction, Integer> arrived;
  private final Consumer<ProxiedConnection> closed;
  private @Nullable NetSocket far;
  private @Nullable Flow toServer;
  private @Nullable Flow toClient;
  private @Nullable TrafficTap tap;
  private int tapNumber;
  private boolean nearOpen = true;
  private boolean farOpen;
  private boolean linking = true;
  private Cut nearEnd = Cut.FIN;
  private Cut farEnd = Cut.FIN;

  ProxiedConnection(
      Vertx vertx,
      NetSocket near,
      BiConsumer<Direction, Integer> arrived,
      Consumer<ProxiedConnection> closed) {
    this.vertx = vertx;
    this.near = near;
    this.arrived = arrived;
    this.closed = closed;
    near.exceptionHandler(e -> nearEnd = Cut.RESET);
    near.closeHandler(v -> nearClosed());
  }

  void record(TrafficTap recorder) {
    tap = recorder;
    tapNumber = recorder.open();
  }

  /** The connection to the server is there, or is not to be had. */
  void linked(AsyncResult<NetSocket> attempt, Faults faultsToServer, Faults faultsToClient) {
    linking = false;
    if (attempt.failed()) {
      Flow.close(near, Cut.RESET);
      checkClosed();
      return;
    }
    NetSocket socket = attempt.result();
    if (!nearOpen) {
      Flow.close(socket, nearEnd);
      checkClosed();
      return;
    }
    far = socket;
    farOpen = true;
    socket.pause();
    socket.exceptionHandler(e -> farEnd = Cut.RESET);
    socket.closeHandler(v -> farClosed());
    var there =
        new Flow(
            vertx,
            near,
            socket,
            faultsToServer,
            count -> arrived.accept(Direction.TO_SERVER, count),
            bytes -> tapped(Direction.TO_SERVER, bytes),
            how -> end(Direction.TO_SERVER, how));
    var back =
        new Flow(
            vertx,
            socket,
            near,
            faultsToClient,
            count -> arrived.accept(Direction.TO_CLIENT, count),
            bytes -> tapped(Direction.TO_CLIENT, bytes),
            how -> end(Direction.TO_CLIENT, how));
    toServer = there;
    toClient = back;
    there.start();
    back.start();
  }

  void pump() {
    if (toServer != null) {
      toServer.pump();
    }
    if (toClient != null) {
      toClient.pump();
    }
  }

  void end(Direction direction, Cut how) {
    if (how == Cut.HALF_CLOSE) {
      NetSocket receiver = direction == Direction.TO_CLIENT ? near : far;
      if (receiver != null) {
        Flow.halfClose(receiver);
      }
      return;
    }
    if (nearOpen) {
      Flow.close(near, how);
    }
    if (far != null && farOpen) {
      Flow.close(far, how);
    }
  }

  private void tapped(Direction direction, Buffer bytes) {
    if (tap != null) {
      tap.record(tapNumber, direction, bytes);
    }
  }

  private void nearClosed() {
    nearOpen = false;
    if (toClient != null) {
      toClient.stop();
    }
    if (toServer != null) {
      toServer.sourceEnded(nearEnd);
    }
    checkClosed();
  }

  private void farClosed() {
    farOpen = false;
    if (toServer != null) {
      toServer.stop();
    }
    if (toClient != null) {
      toClient.sourceEnded(farEnd);
    }
    checkClosed();
  }

  private void checkClosed() {
    if (!nearOpen && !farOpen && !linking) {
      closed.accept(this);
    }
  }
}
