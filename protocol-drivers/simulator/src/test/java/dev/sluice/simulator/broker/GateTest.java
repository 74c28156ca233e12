package dev.sluice.simulator.broker;

import static dev.sluice.simulator.Running.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.simulator.verify.Subscriber;
import dev.sluice.simulator.verify.Verifier;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.MqttClient;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GateTest {

  private final Vertx vertx = Vertx.vertx();
  private static Broker broker;
  private Gate gate;

  @BeforeAll
  static void startBroker() throws Exception {
    broker = Broker.start(0, null);
  }

  @AfterAll
  static void stopBroker() {
    broker.stop();
  }

  @BeforeEach
  void start() throws Exception {
    gate = await(Gate.open(vertx, 0, broker.port()));
  }

  @AfterEach
  void stop() throws Exception {
    await(vertx.close());
  }

  @Test
  void throwsAClientOutAndLetsItComeBackOnTheSamePort() throws Exception {
    int port = gate.port();
    MqttClient client = MqttClient.create(vertx);
    Promise<Void> thrownOut = Promise.promise();
    await(client.connect(port, "127.0.0.1"));
    client.closeHandler(v -> thrownOut.complete());

    await(gate.cut());
    await(thrownOut.future());
    assertThat(gate.isCut()).isTrue();
    assertThatThrownBy(() -> await(MqttClient.create(vertx).connect(port, "127.0.0.1")))
        .hasMessageContaining("refused");

    await(gate.mend());
    assertThat(gate.port()).isEqualTo(port);
    MqttClient back = MqttClient.create(vertx);
    await(back.connect(port, "127.0.0.1"));
    assertThat(back.isConnected()).isTrue();
  }

  @Test
  void takesCutAndMendAgainAsDone() throws Exception {
    await(gate.cut());
    await(gate.cut());
    await(gate.mend());
    await(gate.mend());
    await(MqttClient.create(vertx).connect(gate.port(), "127.0.0.1"));
  }

  @Test
  void losesNothingForASubscriberThatWasCutOff() throws Exception {
    var verifier = new Verifier(true, "counter");
    var subscriber = new Subscriber("127.0.0.1", gate.port(), "site/+/readings/#", "s", verifier);
    await(vertx.deployVerticle(subscriber));
    await(subscriber.subscribed());
    MqttClient publisher = MqttClient.create(vertx);
    BlockingQueue<Integer> acknowledged = new LinkedBlockingQueue<>();
    await(publisher.connect(broker.port(), "127.0.0.1"));
    publisher.publishCompletionHandler(acknowledged::add);

    for (int seq = 1; seq <= 60; seq++) {
      if (seq == 20) {
        await(gate.cut());
      }
      if (seq == 40) {
        await(gate.mend());
      }
      String json =
          "{\"schema\":1,\"gateway\":\"g\",\"stream\":\"a\",\"seq\":"
              + seq
              + ",\"low\":"
              + seq
              + ",\"devices\":{\"m\":[{\"t\":1,\"v\":{\"counter\":"
              + seq
              + "}}]}}";
      await(
          publisher.publish(
              "site/g/readings", Buffer.buffer(json), MqttQoS.AT_LEAST_ONCE, false, false));
      assertThat(acknowledged.poll(10, TimeUnit.SECONDS)).isNotNull();
    }

    Promise<Void> all = Promise.promise();
    vertx.setPeriodic(
        10,
        id -> {
          if (verifier.counts() == 60) {
            all.tryComplete();
          }
        });
    await(all.future());
    assertThat(verifier.summary(List.of("m")).complete()).isTrue();
    assertThat(verifier.summary(List.of()).published()).isEqualTo(60);
  }
}
