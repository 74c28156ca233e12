package dev.sluice.e2e;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;

/**
 * An uplink message in the default wire form, read by the tests' own code: the consumer's side of
 * the promise.
 *
 * @param part which of how many, {@code 1} of {@code 1} when the message does not say
 * @param nanos when it was seen, {@link System#nanoTime()}
 */
record Message(String topic, JsonObject json, Part part, long nanos) {

  record Part(int number, int of) {}

  static Message parse(String topic, byte[] payload, long nanos) {
    var json = new JsonObject(Buffer.buffer(payload));
    JsonArray part = json.getJsonArray("part");
    return new Message(
        topic,
        json,
        part == null ? new Part(1, 1) : new Part(part.getInteger(0), part.getInteger(1)),
        nanos);
  }

  /** Status messages have no sequence number: they are not of the stream. */
  boolean isRecord() {
    return json.containsKey("seq");
  }

  String stream() {
    return json.getString("stream");
  }

  long seq() {
    return json.getLong("seq");
  }

  long low() {
    return json.getLong("low");
  }

  boolean isHistory() {
    return "history".equals(json.getString("lane"));
  }

  /** Shows each row: device, time and the values by point name, qualities by point name. */
  void rows(RowVisitor visitor) {
    JsonObject devices = json.getJsonObject("devices", new JsonObject());
    for (String device : devices.fieldNames()) {
      for (Object element : devices.getJsonArray(device)) {
        var row = (JsonObject) element;
        visitor.row(
            device,
            row.getLong("t"),
            row.getJsonObject("v", new JsonObject()).getMap(),
            row.getJsonObject("q", new JsonObject()).getMap());
      }
    }
  }

  /** Takes the rows of a message. */
  interface RowVisitor {
    void row(String device, long time, Map<String, Object> values, Map<String, Object> qualities);
  }
}
