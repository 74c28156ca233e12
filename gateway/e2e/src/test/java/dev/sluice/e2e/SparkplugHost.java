package dev.sluice.e2e;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.MqttClient;
import io.vertx.mqtt.MqttClientOptions;
import io.vertx.mqtt.messages.MqttPublishMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.tahu.protobuf.SparkplugBProto.Payload;
import org.eclipse.tahu.protobuf.SparkplugBProto.Payload.Metric;

/**
 * A primary host as a plain MQTT client with the protobuf classes of Eclipse Tahu: says that it is
 * online when it has subscribed, and writes down what comes. Thread-safe.
 */
final class SparkplugHost implements AutoCloseable {

  static final String ID = "scada";

  /** A value of a device as data, not of a birth. */
  record Reading(String device, String metric, long time, long value, boolean historical) {}

  private final Vertx vertx = Vertx.vertx();
  private final String group;
  private final List<String> events = new ArrayList<>();
  private final List<Reading> readings = new ArrayList<>();
  private final Map<String, String> names = new HashMap<>();
  private MqttClient client;

  SparkplugHost(String group) {
    this.group = group;
  }

  /** Listens when it returns; to be called again after the broker was gone. */
  SparkplugHost connect(int port) {
    var options = new MqttClientOptions().setClientId("host").setMaxMessageSize(1 << 20);
    client = MqttClient.create(vertx, options);
    client.publishHandler(this::received);
    await(client.connect(port, "127.0.0.1"));
    await(client.subscribe("spBv1.0/" + group + "/#", MqttQoS.AT_LEAST_ONCE.value()));
    String state = "{\"online\":true,\"timestamp\":" + System.currentTimeMillis() + "}";
    publish("spBv1.0/STATE/" + ID, state.getBytes(java.nio.charset.StandardCharsets.UTF_8), true);
    return this;
  }

  /** Commands an unsigned integer of 16 bits, by name. */
  void command(String node, String device, String metric, int value) {
    Payload payload =
        Payload.newBuilder()
            .setTimestamp(System.currentTimeMillis())
            .addMetrics(
                Metric.newBuilder()
                    .setName(metric)
                    .setTimestamp(System.currentTimeMillis())
                    .setDatatype(6)
                    .setIntValue(value))
            .build();
    publish("spBv1.0/" + group + "/DCMD/" + node + "/" + device, payload.toByteArray(), false);
  }

  private void publish(String topic, byte[] payload, boolean retained) {
    await(client.publish(topic, Buffer.buffer(payload), MqttQoS.AT_MOST_ONCE, false, retained));
  }

  /** What happened to nodes and devices, in order: {@code NBIRTH node 0}, {@code DBIRTH node/d}. */
  synchronized List<String> events() {
    return List.copyOf(events);
  }

  synchronized List<Reading> readings() {
    return List.copyOf(readings);
  }

  private synchronized void received(MqttPublishMessage message) {
    String[] levels = message.topicName().split("/", 5);
    String type = levels[2];
    if (type.endsWith("CMD")) {
      return;
    }
    Payload payload;
    try {
      payload = Payload.parseFrom(message.payload().getBytes());
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      events.add("MALFORMED " + message.topicName());
      return;
    }
    String node = levels[3];
    switch (type) {
      case "NBIRTH", "NDEATH" -> events.add(type + " " + node + " " + bdSeq(payload));
      case "DBIRTH" -> {
        events.add(type + " " + node + "/" + levels[4]);
        payload.getMetricsList().forEach(m -> names.put(node + " " + m.getAlias(), m.getName()));
      }
      case "DDATA" -> payload.getMetricsList().forEach(m -> reading(node, levels[4], m));
      default -> {
        // deaths of devices and data of the node are of no interest
      }
    }
  }

  private static long bdSeq(Payload payload) {
    return payload.getMetricsList().stream()
        .filter(metric -> metric.getName().equals("bdSeq"))
        .mapToLong(Metric::getLongValue)
        .findFirst()
        .orElse(-1);
  }

  private void reading(String node, String device, Metric metric) {
    String name = names.get(node + " " + metric.getAlias());
    if (name == null) {
      events.add("UNBORN " + node + "/" + device + " " + metric.getAlias());
    } else if (metric.hasIntValue()) {
      long value = Integer.toUnsignedLong(metric.getIntValue());
      readings.add(
          new Reading(
              node + "/" + device, name, metric.getTimestamp(), value, metric.getIsHistorical()));
    }
  }

  private static void await(Future<?> future) {
    try {
      future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError("the host cannot go on", e);
    }
  }

  @Override
  public void close() {
    await(vertx.close());
  }
}
