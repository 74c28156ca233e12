package dev.sluice.e2e.cloud;

import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;

/**
 * A message that a client published.
 *
 * @param nanos {@link System#nanoTime()} of its arrival
 * @param packetId 0 at QoS 0
 * @param will whether the platform published it because the client was gone
 */
public record Received(
    long nanos,
    String clientId,
    String topic,
    byte[] payload,
    int qos,
    boolean retained,
    boolean duplicate,
    int packetId,
    boolean will) {

  public String text() {
    return new String(payload, StandardCharsets.UTF_8);
  }

  public JsonObject json() {
    return new JsonObject(text());
  }

  @Override
  public String toString() {
    return clientId + " " + topic + " qos=" + qos + " " + payload.length + " bytes";
  }
}
