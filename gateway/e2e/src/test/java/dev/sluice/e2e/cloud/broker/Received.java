package dev.sluice.e2e.cloud.broker;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;

/**
 * A message that a client published and the platform took.
 *
 * @param clientId who sent it
 * @param nanos when, {@link System#nanoTime()}
 */
public record Received(
    String clientId,
    String topic,
    Buffer payload,
    int qos,
    boolean duplicate,
    boolean retain,
    int packetId,
    long nanos) {

  public String text() {
    return payload.toString();
  }

  /**
   * The payload as a JSON object.
   *
   * @throws Violation if it is none, as a platform that reads payloads sees it
   */
  public JsonObject json() {
    try {
      return new JsonObject(payload);
    } catch (RuntimeException e) {
      throw new Violation("no JSON object on " + topic + ": " + text());
    }
  }
}
