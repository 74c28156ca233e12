package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.MqttClient;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Publishes what a test wants at the broker, QoS 1, each acknowledged before the next. */
final class Publisher implements AutoCloseable {

  private final Vertx vertx = Vertx.vertx();
  private final MqttClient client = MqttClient.create(vertx);
  private final BlockingQueue<Integer> acknowledged = new LinkedBlockingQueue<>();

  Publisher(Mosquitto broker) {
    client.publishCompletionHandler(acknowledged::add);
    await(client.connect(broker.port(), "127.0.0.1"));
  }

  void publish(String topic, String payload) {
    publish(topic, Buffer.buffer(payload), false);
  }

  void publish(String topic, byte[] payload) {
    publish(topic, Buffer.buffer(payload), false);
  }

  /** The broker keeps it for those who subscribe later. */
  void retain(String topic, String payload) {
    publish(topic, Buffer.buffer(payload), true);
  }

  private void publish(String topic, Buffer payload, boolean retained) {
    // Which is told when it is written.
    Integer id = await(client.publish(topic, payload, MqttQoS.AT_LEAST_ONCE, false, retained));
    try {
      assertThat(acknowledged.poll(30, TimeUnit.SECONDS)).as("acknowledged").isEqualTo(id);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static <T> T await(Future<T> done) {
    try {
      return done.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError("the broker does not do it", e);
    }
  }

  @Override
  public void close() {
    await(client.disconnect());
    await(vertx.close());
  }
}
