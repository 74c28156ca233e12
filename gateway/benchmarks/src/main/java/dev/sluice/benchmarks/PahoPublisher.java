package dev.sluice.benchmarks;

import java.io.IOException;
import org.eclipse.paho.client.mqttv3.IMqttActionListener;
import org.eclipse.paho.client.mqttv3.IMqttToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/** Eclipse Paho, with nothing on disk. */
final class PahoPublisher implements Publisher, IMqttActionListener {

  /** It counts a message as in flight until after it has said that it is acknowledged. */
  private static final int BESIDE = 100;

  private final MqttAsyncClient client;
  private final Runnable acknowledged;
  private byte[] payload = {};

  private PahoPublisher(MqttAsyncClient client, Runnable acknowledged) {
    this.client = client;
    this.acknowledged = acknowledged;
  }

  static Publisher open(int port, int window, Runnable acknowledged) throws IOException {
    try {
      var client = new MqttAsyncClient("tcp://127.0.0.1:" + port, "paho", new MemoryPersistence());
      var options = new MqttConnectOptions();
      options.setMaxInflight(window + BESIDE);
      options.setKeepAliveInterval(600);
      client.connect(options).waitForCompletion();
      return new PahoPublisher(client, acknowledged);
    } catch (MqttException e) {
      throw new IOException(e);
    }
  }

  @Override
  public void payload(byte[] bytes) {
    payload = bytes;
  }

  @Override
  public void publish() {
    try {
      client.publish(TOPIC, payload, 1, false, null, this);
    } catch (MqttException e) {
      throw new IllegalStateException("not published", e);
    }
  }

  @Override
  public void run(Runnable step) {
    step.run();
  }

  @Override
  public void onSuccess(IMqttToken token) {
    acknowledged.run();
  }

  @Override
  public void onFailure(IMqttToken token, Throwable error) {
    throw new IllegalStateException("not published", error);
  }

  @Override
  public void close() throws IOException {
    try {
      client.disconnect().waitForCompletion();
    } catch (MqttException e) {
      throw new IOException(e);
    }
  }
}
