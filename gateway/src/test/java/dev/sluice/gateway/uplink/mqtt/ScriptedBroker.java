package dev.sluice.gateway.uplink.mqtt;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.MqttServer;
import io.vertx.mqtt.MqttServerOptions;
import io.vertx.mqtt.messages.MqttPublishMessage;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** An MQTT end point that does what a test tells it to; by default it accepts and acknowledges. */
public final class ScriptedBroker implements AutoCloseable {

  /** What came in, on the how-manieth connection, from 1. */
  public record Received(int connection, int id, String topic, Buffer payload, boolean retained) {}

  /** What to do with a message. */
  @FunctionalInterface
  public interface OnPublish {
    void handle(int connection, MqttEndpoint endpoint, MqttPublishMessage message);
  }

  /** What to do with a CONNECT. */
  @FunctionalInterface
  public interface OnConnect {
    void handle(int connection, MqttEndpoint endpoint);
  }

  public final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
  public final BlockingQueue<MqttEndpoint> connects = new LinkedBlockingQueue<>();
  public final BlockingQueue<MqttEndpoint> disconnects = new LinkedBlockingQueue<>();
  public final AtomicInteger connections = new AtomicInteger();
  public volatile OnConnect onConnect = (connection, endpoint) -> endpoint.accept(false);
  public volatile OnPublish onPublish =
      (connection, endpoint, message) -> endpoint.publishAcknowledge(message.messageId());

  private final MqttServer server;
  private final int port;

  private ScriptedBroker(Vertx vertx, MqttServerOptions options) throws Exception {
    server = MqttServer.create(vertx, options);
    server.endpointHandler(this::accept);
    server.exceptionHandler(ignored -> {});
    port =
        server
            .listen()
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS)
            .actualPort();
  }

  public static ScriptedBroker listen(Vertx vertx) throws Exception {
    return listen(vertx, new MqttServerOptions(), 0);
  }

  public static ScriptedBroker listen(Vertx vertx, MqttServerOptions options, int port)
      throws Exception {
    options.setHost("127.0.0.1").setPort(port);
    options.setMaxMessageSize(1 << 20);
    options.setMaxClientIdLength(1_000);
    return new ScriptedBroker(vertx, options);
  }

  public int port() {
    return port;
  }

  private void accept(MqttEndpoint endpoint) {
    int connection = connections.incrementAndGet();
    endpoint.exceptionHandler(ignored -> {});
    endpoint.disconnectHandler(ignored -> disconnects.add(endpoint));
    endpoint.publishAutoAck(false);
    endpoint.publishHandler(
        message -> {
          received.add(
              new Received(
                  connection,
                  message.messageId(),
                  message.topicName(),
                  message.payload().copy(),
                  message.isRetain()));
          onPublish.handle(connection, endpoint, message);
        });
    onConnect.handle(connection, endpoint);
    connects.add(endpoint);
  }

  @Override
  public void close() {
    server.close().toCompletionStage().toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }
}
