package dev.sluice.gateway.uplink.mqtt;

import io.vertx.core.Future;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.VertxWrapper;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.ConnectOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * The same Vert.x, but its TCP clients tell which socket they opened: the MQTT client keeps its own
 * to itself, and copies what it publishes three times on the way there.
 */
final class TappedVertx extends VertxWrapper {

  private final Consumer<NetSocketInternal> opened;

  TappedVertx(VertxInternal vertx, Consumer<NetSocketInternal> opened) {
    super(vertx);
    this.opened = opened;
  }

  @Override
  public NetClient createNetClient(NetClientOptions options) {
    return new Tapped(super.createNetClient(options));
  }

  private final class Tapped implements NetClient {

    private final NetClient client;

    Tapped(NetClient client) {
      this.client = client;
    }

    private Future<NetSocket> tap(Future<NetSocket> socket) {
      return socket.map(
          open -> {
            opened.accept((NetSocketInternal) open);
            return open;
          });
    }

    @Override
    public Future<NetSocket> connect(int port, String host) {
      return tap(client.connect(port, host));
    }

    @Override
    public Future<NetSocket> connect(int port, String host, String serverName) {
      return tap(client.connect(port, host, serverName));
    }

    @Override
    public Future<NetSocket> connect(SocketAddress address) {
      return tap(client.connect(address));
    }

    @Override
    public Future<NetSocket> connect(SocketAddress address, String serverName) {
      return tap(client.connect(address, serverName));
    }

    @Override
    public Future<NetSocket> connect(ConnectOptions options) {
      return tap(client.connect(options));
    }

    @Override
    public Future<Void> shutdown(Duration timeout) {
      return client.shutdown(timeout);
    }

    @Override
    public Future<Boolean> updateSSLOptions(ClientSSLOptions options, boolean force) {
      return client.updateSSLOptions(options, force);
    }

    @Override
    public boolean isMetricsEnabled() {
      return client.isMetricsEnabled();
    }
  }
}
