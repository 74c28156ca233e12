package dev.sluice.simulator.broker;

import static dev.sluice.simulator.Running.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.MqttClient;
import io.vertx.mqtt.MqttClientOptions;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerTest {

  @Test
  void takesMessagesOfNearlyOneMebibyte() throws Exception {
    Broker broker = Broker.start(0, null);
    Vertx vertx = Vertx.vertx();
    MqttClient client = MqttClient.create(vertx, options("big").setCleanSession(true));
    Promise<Integer> received = Promise.promise();
    client.publishHandler(message -> received.complete(message.payload().length()));
    await(client.connect(broker.port(), "127.0.0.1"));
    await(client.subscribe("big", 1));
    await(
        client.publish(
            "big", Buffer.buffer(new byte[1_000_000]), MqttQoS.AT_LEAST_ONCE, false, false));
    assertThat(await(received.future())).isEqualTo(1_000_000);
    await(vertx.close());
    broker.stop();
  }

  @Test
  void keepsSessionsOverARestartWhenItHasADirectory(@TempDir Path data) throws Exception {
    Vertx vertx = Vertx.vertx();
    Broker first = Broker.start(0, data);
    int port = first.port();
    MqttClient before = MqttClient.create(vertx, options("keeper"));
    await(before.connect(port, "127.0.0.1"));
    await(before.subscribe("kept", 1));
    await(before.disconnect());
    first.stop();

    Broker second = Broker.start(port, data);
    MqttClient after = MqttClient.create(vertx, options("keeper"));
    assertThat(await(after.connect(port, "127.0.0.1")).isSessionPresent()).isTrue();
    await(vertx.close());
    second.stop();
  }

  @Test
  void saysWhichPortIsTaken() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatIOException()
          .isThrownBy(() -> Broker.start(taken.getLocalPort(), null))
          .withMessageContaining(Integer.toString(taken.getLocalPort()));
    }
  }

  private static MqttClientOptions options(String id) {
    return new MqttClientOptions()
        .setClientId(id)
        .setCleanSession(false)
        .setMaxMessageSize(1 << 20);
  }
}
