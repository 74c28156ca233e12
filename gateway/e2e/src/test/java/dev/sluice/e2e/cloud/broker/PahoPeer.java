package dev.sluice.e2e.cloud.broker;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.IMqttToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/** Clients of Eclipse Paho, each under a name that the test gives it. */
public class PahoPeer extends PeerMain {

  private static final long TIMEOUT_MILLIS = 20_000;

  private final Map<String, MqttAsyncClient> clients = new ConcurrentHashMap<>();

  protected PahoPeer() {}

  public static void main(String[] arguments) throws IOException {
    new PahoPeer().serve();
  }

  @Override
  protected JsonObject perform(String what, JsonObject with) throws Exception {
    String name = with.getString("client");
    return switch (what) {
      case "connect" -> connect(name, with);
      case "subscribe" -> subscribe(clients.get(name), with);
      case "publish" -> publish(clients.get(name), with);
      case "burst" -> burst(clients.get(name), with);
      case "acknowledge" -> acknowledge(clients.get(name), with);
      case "disconnect" -> disconnect(clients.remove(name));
      default -> throw new IllegalArgumentException(what);
    };
  }

  private JsonObject connect(String name, JsonObject with) throws MqttException {
    var client =
        new MqttAsyncClient(with.getString("url"), with.getString("id"), new MemoryPersistence());
    client.setManualAcks(with.getBoolean("manual", false));
    client.setCallback(new Told(name));
    var options = new MqttConnectOptions();
    options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
    options.setUserName(with.getString("user"));
    options.setMaxInflight(1_000); // else many at once fail when its thread that sends falls behind
    if (with.containsKey("password")) {
      options.setPassword(with.getString("password").toCharArray());
    }
    client.connect(options).waitForCompletion(TIMEOUT_MILLIS);
    clients.put(name, client);
    return new JsonObject();
  }

  private static JsonObject subscribe(MqttAsyncClient client, JsonObject with)
      throws MqttException {
    IMqttToken token = client.subscribe(with.getString("filter"), with.getInteger("qos", 1));
    token.waitForCompletion(with.getLong("limit", TIMEOUT_MILLIS));
    int granted = token.getGrantedQos()[0];
    if (granted == Contract.REFUSED) {
      throw new MqttException(MqttException.REASON_CODE_SUBSCRIBE_FAILED);
    }
    return new JsonObject().put("granted", granted);
  }

  private static JsonObject publish(MqttAsyncClient client, JsonObject with) throws MqttException {
    byte[] payload =
        with.containsKey("bytes")
            ? new byte[with.getInteger("bytes")]
            : with.getString("text").getBytes(StandardCharsets.UTF_8);
    IMqttDeliveryToken token =
        client.publish(with.getString("topic"), payload, with.getInteger("qos", 1), false);
    token.waitForCompletion(with.getLong("limit", TIMEOUT_MILLIS));
    return new JsonObject();
  }

  private static JsonObject burst(MqttAsyncClient client, JsonObject with) throws MqttException {
    for (int i = 0; i < with.getInteger("count"); i++) {
      client.publish(with.getString("topic"), new byte[] {'x'}, 0, false);
    }
    return new JsonObject();
  }

  private static JsonObject acknowledge(MqttAsyncClient client, JsonObject with)
      throws MqttException {
    client.messageArrivedComplete(with.getInteger("packet"), 1);
    return new JsonObject();
  }

  private static JsonObject disconnect(MqttAsyncClient client) throws MqttException {
    client.disconnect().waitForCompletion(TIMEOUT_MILLIS);
    client.close();
    return new JsonObject();
  }

  private record Told(String name) implements MqttCallback {

    @Override
    public void connectionLost(Throwable cause) {
      tellEvent("lost", new JsonObject().put("client", name).put("why", cause.toString()));
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) {
      tellEvent(
          "message",
          new JsonObject()
              .put("client", name)
              .put("topic", topic)
              .put("text", new String(message.getPayload(), StandardCharsets.UTF_8))
              .put("qos", message.getQos())
              .put("again", message.isDuplicate())
              .put("packet", message.getId()));
    }

    @Override
    public void deliveryComplete(IMqttDeliveryToken token) {
      // The token itself is waited for.
    }
  }
}
