package dev.sluice.gateway.uplink.mqtt;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.mqtt.MqttClient;
import io.vertx.mqtt.MqttClientOptions;
import io.vertx.mqtt.messages.MqttConnAckMessage;
import java.net.InetAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The way of one attempt to its broker: straight, through a proxy, over a WebSocket. Everything
 * happens on the context of the attempt; nothing blocks.
 */
final class Way {

  private final Vertx vertx;
  private final MqttSettings settings;
  private final MqttClient client;
  private final @Nullable WebSocketBridge bridge;
  private boolean closed;

  /**
   * Prepares it.
   *
   * @param options those of {@link ClientOptions}
   * @param opened told of the socket that leads to the broker
   */
  Way(
      Vertx vertx,
      MqttSettings settings,
      MqttClientOptions options,
      Consumer<NetSocketInternal> opened) {
    this.vertx = vertx;
    this.settings = settings;
    String path = settings.webSocketPath();
    if (path == null) {
      bridge = null;
    } else {
      bridge = new WebSocketBridge(vertx, settings, path);
      options.setLocalAddress(bridge.source());
    }
    this.client = MqttClient.create(new TappedVertx((VertxInternal) vertx, opened), options);
  }

  MqttClient client() {
    return client;
  }

  /**
   * Connects and logs in; once only.
   *
   * @return fails with whatever the network, TLS or the library say
   */
  Future<MqttConnAckMessage> connect() {
    return resolve().compose(ignored -> dial());
  }

  /**
   * Asks for the address on a worker. The name resolver of the JVM blocks, and the connect would
   * ask it on the event loop; after this, it finds the answer in the cache of the JVM. Connecting
   * to the address instead would let a certificate for that address pass for one of the name. With
   * a proxy it is the proxy that is looked for: the broker's name is for the proxy to resolve.
   */
  private Future<Boolean> resolve() {
    ProxyServer proxy = settings.proxy();
    String host = proxy == null ? settings.host() : proxy.host();
    if (ClientOptions.isAddress(host)) {
      return Future.succeededFuture(true);
    }
    return vertx.executeBlocking(() -> InetAddress.getAllByName(host).length > 0, false);
  }

  private Future<MqttConnAckMessage> dial() {
    if (closed) {
      return Future.failedFuture("given up");
    }
    if (bridge == null) {
      return client.connect(settings.port(), settings.host(), ClientOptions.serverName(settings));
    }
    return bridge
        .open()
        .compose(
            port ->
                closed
                    ? Future.failedFuture("given up")
                    : client.connect(port, WebSocketBridge.LOOPBACK, null));
  }

  /** Why it ended, in words. */
  LinkException failure(@Nullable Throwable said, boolean greeted) {
    Throwable known = bridge == null ? null : bridge.error();
    return WayFailure.of(known == null ? said : known, settings, greeted);
  }

  /** Says goodbye if connected; completes when the client is closed. */
  Future<Void> close() {
    closed = true;
    Future<Void> end = disconnect();
    if (bridge != null) {
      bridge.close();
    }
    return end;
  }

  /** Ends without a goodbye, over which the broker would forget the will (MQTT 3.1.1, 3.14.4). */
  void drop(NetSocketInternal socket) {
    closed = true;
    socket.close();
    if (bridge != null) {
      bridge.close();
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
}
