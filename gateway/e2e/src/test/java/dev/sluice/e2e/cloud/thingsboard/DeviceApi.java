package dev.sluice.e2e.cloud.thingsboard;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.sluice.e2e.cloud.broker.Received;
import dev.sluice.e2e.cloud.broker.Session;
import dev.sluice.e2e.cloud.broker.Violation;
import io.vertx.core.buffer.Buffer;
import java.util.Set;

/** The topics under {@code v1/devices/me/}, by which a device, or a gateway, speaks for itself. */
final class DeviceApi {

  static final String BASE = "v1/devices/me/";

  static final Set<String> FILTERS =
      Set.of(
          BASE + "attributes",
          BASE + "attributes/response/+",
          BASE + "rpc/request/+",
          BASE + "rpc/response/+");

  private final Attributes attributes;

  DeviceApi(Attributes attributes) {
    this.attributes = attributes;
  }

  int published(Session session, Account account, Received message) {
    String topic = message.topic();
    String rest = topic.substring(BASE.length());
    if (rest.equals("telemetry")) {
      telemetry(message);
    } else if (rest.equals("attributes")) {
      JsonObject values = Values.object(message);
      Values.checkValues(values, topic);
      attributes.report(account.name(), values);
    } else if (rest.startsWith("attributes/request/")) {
      int id = number(rest, "attributes/request/", topic);
      JsonObject answer = attributes.answerDevice(account.name(), Values.object(message));
      session.later(
          () ->
              session.push(
                  BASE + "attributes/response/" + id, Buffer.buffer(answer.toString()), 1));
    } else if (rest.startsWith("rpc/response/")) {
      number(rest, "rpc/response/", topic);
    } else if (!rest.startsWith("rpc/request/") && !rest.equals("claim")) {
      throw new Violation("unknown topic " + topic);
    }
    return 1;
  }

  private static void telemetry(Received message) {
    JsonElement payload;
    try {
      payload = JsonParser.parseString(message.text());
    } catch (JsonParseException e) {
      throw new Violation("no JSON on " + message.topic() + ": " + message.text());
    }
    var rows = new JsonArray();
    if (payload.isJsonArray()) {
      rows = payload.getAsJsonArray();
    } else {
      rows.add(payload);
    }
    Values.checkRows(rows, message.topic());
  }

  private static int number(String rest, String prefix, String topic) {
    try {
      return Integer.parseInt(rest.substring(prefix.length()));
    } catch (NumberFormatException e) {
      throw new Violation("no number at the end of " + topic);
    }
  }
}
