package dev.sluice.e2e.cloud.broker;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.mqtt.MqttEndpoint;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;

/** One connected client as its {@link Contract} sees it. Only on the broker's thread. */
public final class Session {

  private final Vertx vertx;
  private final MqttEndpoint endpoint;
  private final Connect connect;
  private final Faults faults;
  private final Map<String, Subscription> subscriptions = new LinkedHashMap<>();
  private final Map<Integer, Long> unacknowledged = new HashMap<>();
  private int lastPacketId;
  private String endReason = "lost";
  private boolean open = true;

  Session(Vertx vertx, MqttEndpoint endpoint, Connect connect, Faults faults) {
    this.vertx = vertx;
    this.endpoint = endpoint;
    this.connect = connect;
    this.faults = faults;
    endpoint.publishAcknowledgeHandler(this::settle);
  }

  public Connect connect() {
    return connect;
  }

  public boolean isOpen() {
    return open;
  }

  /** Whether the client subscribed to this topic. */
  public boolean wants(String topic) {
    return granted(topic).isPresent();
  }

  /** Whether the client has exactly this filter. */
  public boolean has(String filter) {
    return subscriptions.containsKey(filter);
  }

  private OptionalInt granted(String topic) {
    return subscriptions.values().stream()
        .filter(s -> s.covers(topic))
        .mapToInt(Subscription::qos)
        .max();
  }

  /**
   * Sends a message to the client if it subscribed to the topic, with quality 1 until it
   * acknowledges.
   *
   * @param qos at most this, and at most what was granted
   * @return whether it was sent
   */
  public boolean push(String topic, Buffer payload, int qos) {
    OptionalInt granted = granted(topic);
    if (granted.isPresent()) {
      send(topic, payload, Math.min(qos, Math.min(1, granted.getAsInt())));
    }
    return granted.isPresent();
  }

  public boolean push(String topic, JsonObject payload, int qos) {
    return push(topic, payload.toBuffer(), qos);
  }

  /** Sends a message whether the client subscribed or not, as some platforms do. */
  public void send(String topic, Buffer payload, int qos) {
    if (!open) {
      return;
    }
    lastPacketId = lastPacketId % 0xffff + 1;
    int packetId = lastPacketId;
    transmit(topic, payload, qos, false, packetId);
    if (qos > 0) {
      long timer =
          vertx.setPeriodic(
              faults.redelivery().toMillis(), id -> transmit(topic, payload, qos, true, packetId));
      unacknowledged.put(packetId, timer);
    }
  }

  /** Does something after the answer to the packet that is looked at now. */
  public void later(Runnable step) {
    vertx.runOnContext(
        nothing -> {
          if (open) {
            step.run();
          }
        });
  }

  private void transmit(String topic, Buffer payload, int qos, boolean again, int packetId) {
    if (open) {
      endpoint
          .publish(topic, payload, MqttQoS.valueOf(qos), again, false, packetId)
          .onFailure(e -> end("lost"));
    }
  }

  private void settle(int packetId) {
    Long timer = unacknowledged.remove(packetId);
    if (timer != null) {
      vertx.cancelTimer(timer);
    }
  }

  /** How many messages to the client wait for its PUBACK. */
  public int unacknowledged() {
    return unacknowledged.size();
  }

  /** Closes the connection, as a platform that says nothing more. */
  public void end(String reason) {
    if (open) {
      endReason = reason;
      open = false;
      endpoint.close();
    }
  }

  void subscribe(Subscription granted) {
    subscriptions.put(granted.filter(), granted);
  }

  void unsubscribe(String filter) {
    subscriptions.remove(filter);
  }

  /** The client said that it goes. */
  void leaves() {
    if (open) {
      endReason = "disconnect";
    }
  }

  /** The connection is closed, whoever did it. */
  Ended gone() {
    open = false;
    unacknowledged.values().forEach(vertx::cancelTimer);
    unacknowledged.clear();
    return new Ended(connect.clientId(), endReason, System.nanoTime());
  }
}
