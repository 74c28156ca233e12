package dev.sluice.simulator.broker;

import static dev.sluice.simulator.Running.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.mqtt.MqttClient;
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
}
