package dev.sluice.benchmarks;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;

/** hivemq-mqtt-client, MQTT 3.1.1. */
final class HivemqPublisher implements Publisher {

  private final Mqtt3AsyncClient client;
  private final Runnable acknowledged;
  private Mqtt3Publish message = message(new byte[0]);

  private HivemqPublisher(Mqtt3AsyncClient client, Runnable acknowledged) {
    this.client = client;
    this.acknowledged = acknowledged;
  }

  static Publisher open(int port, Runnable acknowledged) {
    Mqtt3AsyncClient client =
        MqttClient.builder()
            .useMqttVersion3()
            .identifier("hivemq")
            .serverHost("127.0.0.1")
            .serverPort(port)
            .buildAsync();
    client.connectWith().keepAlive(600).send().join();
    return new HivemqPublisher(client, acknowledged);
  }

  private static Mqtt3Publish message(byte[] bytes) {
    return Mqtt3Publish.builder().topic(TOPIC).qos(MqttQos.AT_LEAST_ONCE).payload(bytes).build();
  }

  @Override
  public void payload(byte[] bytes) {
    message = message(bytes);
  }

  @Override
  public void publish() {
    var unused =
        client
            .publish(message)
            .whenComplete(
                (done, error) -> {
                  if (error != null) {
                    throw new IllegalStateException("not published", error);
                  }
                  acknowledged.run();
                });
  }

  @Override
  public void run(Runnable step) {
    step.run();
  }

  @Override
  public void close() {
    client.disconnect().join();
  }
}
