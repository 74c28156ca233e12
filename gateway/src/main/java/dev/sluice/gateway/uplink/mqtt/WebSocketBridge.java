package dev.sluice.gateway.uplink.mqtt;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lets the MQTT client, which knows TCP only, talk over a WebSocket (MQTT 3.1.1, 6).
 *
 * <pre>
 *   MQTT client -- 127.0.0.1 --&gt; [ one connection &lt;=&gt; WebSocket ] -- TLS, proxy --&gt; broker
 * </pre>
 *
 * <p>The WebSocket comes first, so that its failures are told as they are. Then exactly one
 * connection is accepted, from an address of the loopback network that nobody else knows, and
 * listening ends. Either end takes the other with it. Belongs to one attempt and its context.
 */
final class WebSocketBridge {

  static final String LOOPBACK = "127.0.0.1";

  private static final String PROTOCOL = "mqtt";

  /** A frame of a broker may hold several messages. */
  private static final int MAX_FRAME = 4 << 20;

  /** How long a farewell may take to get through. */
  private static final long GRACE_MILLIS = 2_000;

  private static final Duration LONG = Duration.ofDays(1);
  private static final int NORMAL = 1_000;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Vertx vertx;
  private final MqttSettings settings;
  private final String path;
  private final String source = "127." + part() + "." + part() + "." + part();
  private final WebSocketClient client;
  private @Nullable WebSocket far;
  private @Nullable NetServer server;
  private @Nullable NetSocket near;
  private @Nullable Throwable error;
  private boolean closed;
  private boolean released;
  private long timer = -1;

  WebSocketBridge(Vertx vertx, MqttSettings settings, String path) {
    this.vertx = vertx;
    this.settings = settings;
    this.path = path;
    this.client = vertx.createWebSocketClient(options(settings));
  }

  private static int part() {
    return 1 + RANDOM.nextInt(254);
  }

  private static WebSocketClientOptions options(MqttSettings settings) {
    var options = new WebSocketClientOptions();
    options.setMaxFrameSize(MAX_FRAME);
    options.setMaxMessageSize(MAX_FRAME);
    options.setClosingTimeout(1);
    options.setVerifyHost(true);
    ClientOptions.transport(options, settings);
    return options;
  }

  /** The address from which the MQTT client has to come. */
  String source() {
    return source;
  }

  /**
   * Connects; once only.
   *
   * @return the port of the loopback to which the MQTT client connects
   */
  Future<Integer> open() {
    var to = new WebSocketConnectOptions();
    to.setHost(settings.host()).setPort(settings.port()).setURI(path);
    to.setSsl(settings.tls() != null);
    to.setSubProtocols(List.of(PROTOCOL));
    to.setAllowOriginHeader(false);
    return client.connect(to).compose(this::connected);
  }

  private Future<Integer> connected(WebSocket socket) {
    if (closed) {
      socket.close(); // it may have come about after the client was closed
      return Future.failedFuture("given up");
    }
    far = socket;
    socket.pause();
    socket.frameHandler(this::frame);
    socket.closeHandler(ignored -> ended());
    NetServer listener = vertx.createNetServer().connectHandler(this::accepted);
    server = listener;
    return listener.listen(0, LOOPBACK).map(NetServer::actualPort);
  }

  private void accepted(NetSocket socket) {
    WebSocket to = far;
    NetServer listener = server;
    boolean ours = socket.remoteAddress().hostAddress().equals(source);
    if (near != null || closed || !ours || to == null || listener == null) {
      socket.close();
      return;
    }
    near = socket;
    // Who listens no more would otherwise close what it accepted.
    socket.shutdownHandler(timeout -> {});
    listener.shutdown(LONG);
    socket.pipeTo(to).onFailure(this::failed);
    to.pipeTo(socket).onFailure(this::failed);
  }

  private void failed(Throwable why) {
    if (error == null) {
      error = why;
    }
  }

  /**
   * A closing frame says why. The socket itself cannot be asked later: without such a frame that
   * fails in the library.
   */
  private void frame(WebSocketFrame frame) {
    if (frame.isClose() && frame.closeStatusCode() != NORMAL) {
      String reason = frame.closeReason() == null ? "" : " " + frame.closeReason();
      String what = "the WebSocket was closed with " + frame.closeStatusCode() + reason;
      failed(new LinkException(LinkFailure.CLOSED, what, null));
    }
  }

  private void ended() {
    if (near != null) {
      near.close();
    }
    release();
  }

  /** What ended the WebSocket, as far as known. */
  @Nullable Throwable error() {
    return error;
  }

  /** Lets through what was said before, for a moment, and ends. */
  void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (near == null) {
      release();
    } else if (!released) {
      timer = vertx.setTimer(GRACE_MILLIS, ignored -> release());
    }
  }

  /** Also what a peer that reads no more would keep open. */
  private void release() {
    if (released) {
      return;
    }
    released = true;
    vertx.cancelTimer(timer);
    client.close();
    if (server != null) {
      server.close();
    }
  }
}
