package dev.sluice.simulator.broker;

import static dev.sluice.simulator.Running.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.sluice.simulator.verify.Subscriber;
import dev.sluice.simulator.verify.Verifier;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.MqttClient;
import io.vertx.mqtt.MqttClientOptions;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerTest {

  private final Vertx vertx = Vertx.vertx();
  private final Verifier verifier = new Verifier(true, "counter");

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
  }

  @Test
  void takesMessagesOfNearlyOneMebibyte() throws Exception {
    Broker broker = Broker.start(0, null);
    subscribe(broker.port());
    MqttClient client = MqttClient.create(vertx);
    await(client.connect(broker.port(), "127.0.0.1"));
    await(
        client.publish(
            "big", Buffer.buffer(new byte[1_000_000]), MqttQoS.AT_LEAST_ONCE, false, false));
    Promise<Void> came = Promise.promise();
    vertx.setPeriodic(
        10,
        id -> {
          if (verifier.summary(List.of()).messages() == 1) {
            came.tryComplete();
          }
        });
    await(came.future());
    broker.stop();
  }

  @Test
  void keepsSessionsOverARestartWhenItHasADirectory(@TempDir Path data) throws Exception {
    Broker first = Broker.start(0, data);
    int port = first.port();
    await(vertx.undeploy(subscribe(port)));
    first.stop();

    Broker second = Broker.start(port, data);
    MqttClient after =
        MqttClient.create(
            vertx, new MqttClientOptions().setClientId("keeper").setCleanSession(false));
    assertThat(await(after.connect(port, "127.0.0.1")).isSessionPresent()).isTrue();
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

  private String subscribe(int port) throws Exception {
    var subscriber = new Subscriber("127.0.0.1", port, "big", "keeper", verifier);
    String id = await(vertx.deployVerticle(subscriber));
    await(subscriber.subscribed());
    return id;
  }
}
