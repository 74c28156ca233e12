package dev.sluice.gateway.uplink.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.mqtt.MqttServerOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What can come instead of a WebSocket, and how the bridge to it behaves. */
class WebSocketSessionTest {

  private Vertx vertx;

  @BeforeEach
  void open() {
    vertx = Vertx.vertx();
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private int http(Handler<HttpServerRequest> requests, Handler<ServerWebSocket> sockets)
      throws Exception {
    var options = new HttpServerOptions().addWebSocketSubProtocol("mqtt");
    return vertx
        .createHttpServer(options)
        .requestHandler(requests)
        .webSocketHandler(sockets)
        .listen(0, "127.0.0.1")
        .toCompletionStage()
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS)
        .actualPort();
  }

  private LinkException connect(int port) throws Exception {
    var settings = SessionUnderTest.settings(port).by("/here?sig=topsecret", null);
    assertThat(settings.toString()).doesNotContain("topsecret");
    LinkException why = new SessionUnderTest(vertx, settings).connect();
    assertThat(why.toString()).doesNotContain("topsecret");
    return why;
  }

  @Test
  void aRefusalIsToldWithItsStatus() throws Exception {
    for (int status : new int[] {200, 301, 401, 403, 404, 503}) {
      BlockingQueue<String> asked = new LinkedBlockingQueue<>();
      int port =
          http(
              request -> {
                asked.add(request.uri());
                request.response().setStatusCode(status).end("no");
              },
              null);
      LinkException why = connect(port);
      assertThat(why.failure()).as(why.getMessage()).isEqualTo(LinkFailure.NOT_WEBSOCKET);
      assertThat(why.getMessage()).contains("HTTP status " + status);
      assertThat(asked.poll(10, TimeUnit.SECONDS)).isEqualTo("/here?sig=topsecret");
    }
  }

  /** A broker with plain MQTT on the port closes, or sends what is no HTTP. */
  @Test
  void whatIsNoHttpIsNoWebSocket() throws Exception {
    int port =
        vertx
            .createNetServer()
            .connectHandler(
                socket -> socket.handler(asked -> socket.write(Buffer.buffer("hello you\r\n\r\n"))))
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS)
            .actualPort();
    LinkException why = connect(port);
    assertThat(why.failure()).as(why.getMessage()).isEqualTo(LinkFailure.NOT_WEBSOCKET);
  }

  @Test
  void aWebSocketThatIsClosedSaysWhy() throws Exception {
    int port =
        http(
            request -> request.response().end(),
            socket -> socket.handler(bytes -> socket.close((short) 1008, "not you")));
    LinkException why = connect(port);
    assertThat(why.failure()).isEqualTo(LinkFailure.CLOSED);
    assertThat(why.getMessage()).contains("1008 not you");
  }

  @Test
  void largeMessagesGoThroughAndEndWithAFarewell() throws Exception {
    var options = new MqttServerOptions();
    options.setUseWebSocket(true);
    try (var broker = ScriptedBroker.listen(vertx, options, 0)) {
      var session =
          new SessionUnderTest(vertx, SessionUnderTest.settings(broker.port()).by("/mqtt", null));
      assertThat(session.connect()).isNull();
      for (long i = 1; i <= 4; i++) {
        session.publish(Buffer.buffer(new byte[900_000]), i);
      }
      for (long i = 1; i <= 4; i++) {
        assertThat(session.acked.poll(10, TimeUnit.SECONDS)).isEqualTo(i);
      }
      session.close();
      assertThat(broker.disconnects.poll(10, TimeUnit.SECONDS)).as("DISCONNECT").isNotNull();
      assertThat(session.ended).isEmpty();
    }
  }

  @Test
  void theBridgeTakesOneConnectionAndNobodyElses() throws Exception {
    var closed = new CompletableFuture<Boolean>();
    int port =
        http(
            request -> request.response().end(),
            socket -> {
              socket.handler(socket::write);
              socket.closeHandler(ignored -> closed.complete(true));
            });
    var bridges = new LinkedBlockingQueue<WebSocketBridge>();
    var ports = new CompletableFuture<Integer>();
    vertx.runOnContext(
        ignored -> {
          var bridge = new WebSocketBridge(vertx, SessionUnderTest.settings(port), "/x");
          bridge.open().onSuccess(ports::complete).onFailure(ports::completeExceptionally);
          bridges.add(bridge);
        });
    WebSocketBridge bridge = bridges.poll(10, TimeUnit.SECONDS);
    int local = ports.get(10, TimeUnit.SECONDS);
    assertThat(isTurnedAway("127.0.0.1", local)).as("a stranger").isTrue();
    try (var ours = from(bridge.source(), local)) {
      ours.getOutputStream().write(List.of((byte) 7).get(0));
      assertThat(ours.getInputStream().read()).isEqualTo(7);
      assertThat(isTurnedAway(bridge.source(), local)).as("a second one").isTrue();
    }
    assertThat(closed.get(10, TimeUnit.SECONDS)).as("the far end is closed with ours").isTrue();
  }

  /** Refused, or closed at once: to stop listening takes a moment. */
  private static boolean isTurnedAway(String address, int port) throws IOException {
    try (var socket = from(address, port)) {
      return socket.getInputStream().read() == -1;
    } catch (SocketException e) {
      return true;
    }
  }

  private static Socket from(String address, int port) throws IOException {
    var socket = new Socket();
    socket.bind(new InetSocketAddress(InetAddress.getByName(address), 0));
    socket.connect(new InetSocketAddress("127.0.0.1", port), 10_000);
    socket.setSoTimeout(10_000);
    return socket;
  }
}
