package dev.sluice.e2e.cloud.thingsboard;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.sluice.e2e.cloud.broker.Received;
import dev.sluice.e2e.cloud.broker.Session;
import dev.sluice.e2e.cloud.broker.Violation;
import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The topics under {@code v1/gateway/}, by which one connection speaks for many devices. */
final class GatewayApi {

  static final String BASE = "v1/gateway/";

  /** What a gateway may subscribe to. */
  static final Set<String> FILTERS =
      Set.of(BASE + "attributes", BASE + "attributes/response", BASE + "rpc");

  private final Attributes attributes;

  // By session, with the device profile of each: gone with the connection.
  private final Map<Session, Map<String, String>> connected = new LinkedHashMap<>();

  GatewayApi(Attributes attributes) {
    this.attributes = attributes;
  }

  Map<String, String> connected(Session session) {
    return connected.computeIfAbsent(session, s -> new LinkedHashMap<>());
  }

  void closed(Session session) {
    connected.remove(session);
  }

  int published(Session session, Received message) {
    JsonObject payload = Values.object(message);
    String topic = message.topic();
    return switch (topic.substring(BASE.length())) {
      case "connect" -> connect(session, payload, topic);
      case "disconnect" -> disconnect(session, payload, topic);
      case "telemetry" -> {
        payload.entrySet().forEach(e -> Values.checkRows(e.getValue(), topic));
        yield each(session, payload);
      }
      case "attributes" -> attributes(session, payload, topic);
      case "attributes/request" -> request(session, payload, topic);
      case "rpc" -> answer(session, payload, topic);
      case "claim" -> each(session, payload);
      default -> throw new Violation("unknown topic " + topic);
    };
  }

  private int connect(Session session, JsonObject payload, String topic) {
    String type = payload.has("type") ? Values.text(payload, "type", topic) : "default";
    connected(session).putIfAbsent(Values.text(payload, "device", topic), type);
    return 1;
  }

  private int disconnect(Session session, JsonObject payload, String topic) {
    connected(session).remove(Values.text(payload, "device", topic));
    return 1;
  }

  /** Devices are connected as they are named, and each is acknowledged for itself. */
  private int each(Session session, JsonObject payload) {
    payload.keySet().forEach(device -> connected(session).putIfAbsent(device, "default"));
    return payload.size();
  }

  private int attributes(Session session, JsonObject payload, String topic) {
    for (Map.Entry<String, JsonElement> entry : payload.entrySet()) {
      Values.checkValues(entry.getValue(), topic);
      attributes.report(entry.getKey(), entry.getValue().getAsJsonObject());
    }
    return each(session, payload);
  }

  private int request(Session session, JsonObject payload, String topic) {
    String device = Values.text(payload, "device", topic);
    JsonObject answer = attributes.answerGateway(device, payload, topic);
    connected(session).putIfAbsent(device, "default");
    session.later(
        () -> session.push(BASE + "attributes/response", Buffer.buffer(answer.toString()), 1));
    return 1;
  }

  private int answer(Session session, JsonObject payload, String topic) {
    Values.text(payload, "id", topic);
    if (!payload.has("data")) {
      throw new Violation("no data on " + topic);
    }
    connected(session).putIfAbsent(Values.text(payload, "device", topic), "default");
    return 1;
  }
}
