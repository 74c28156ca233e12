package dev.sluice.e2e.cloud.thingsboard;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.sluice.e2e.cloud.broker.Violation;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** What the server keeps of each device: client attributes are its own, shared ones the user's. */
final class Attributes {

  private final Map<String, JsonObject> client = new HashMap<>();
  private final Map<String, JsonObject> shared = new HashMap<>();

  void report(String device, JsonObject values) {
    merge(client, device, values);
  }

  void share(String device, JsonObject values) {
    merge(shared, device, values);
  }

  JsonObject client(String device) {
    return client.getOrDefault(device, new JsonObject());
  }

  private static void merge(Map<String, JsonObject> into, String device, JsonObject values) {
    JsonObject kept = into.computeIfAbsent(device, name -> new JsonObject());
    values.entrySet().forEach(entry -> kept.add(entry.getKey(), entry.getValue()));
  }

  /** Answers a gateway's request about one of its devices; what is not known is left out. */
  JsonObject answerGateway(String device, JsonObject request, String topic) {
    if (!(request.get("client") instanceof JsonPrimitive scope) || !scope.isBoolean()) {
      throw new Violation("client is neither true nor false on " + topic);
    }
    var answer = new JsonObject();
    answer.addProperty("id", id(request, topic));
    answer.addProperty("device", device);
    boolean single = request.has("key");
    JsonObject found =
        pick(scope.getAsBoolean() ? client : shared, device, keys(request, single, topic));
    if (single && found.size() == 1) {
      answer.add("value", found.entrySet().iterator().next().getValue());
    } else if (found.size() > 0) {
      answer.add("values", found);
    }
    return answer;
  }

  private static int id(JsonObject request, String topic) {
    if (!(request.get("id") instanceof JsonPrimitive id) || !id.isNumber()) {
      throw new Violation("no id on " + topic);
    }
    return id.getAsInt();
  }

  private static Set<String> keys(JsonObject request, boolean single, String topic) {
    if (single) {
      return Set.of(Values.text(request, "key", topic));
    }
    JsonElement keys = request.get("keys");
    if (keys == null || !keys.isJsonArray()) {
      throw new Violation("neither key nor keys on " + topic);
    }
    var names = new LinkedHashSet<String>();
    keys.getAsJsonArray().forEach(key -> names.add(key.getAsString()));
    return names;
  }

  /** Answers a device's request about itself: both scopes, each with its own keys. */
  JsonObject answerDevice(String device, JsonObject request) {
    var answer = new JsonObject();
    boolean all = !request.has("clientKeys") && !request.has("sharedKeys");
    add(answer, "client", client, device, all, request.get("clientKeys"));
    add(answer, "shared", shared, device, all, request.get("sharedKeys"));
    return answer;
  }

  private static void add(
      JsonObject answer,
      String scope,
      Map<String, JsonObject> from,
      String device,
      boolean all,
      JsonElement keys) {
    JsonObject kept = from.getOrDefault(device, new JsonObject());
    JsonObject found =
        all ? kept : keys == null ? new JsonObject() : pick(from, device, split(keys));
    if (found.size() > 0) {
      answer.add(scope, found);
    }
  }

  private static Set<String> split(JsonElement keys) {
    return Set.of(keys.getAsString().split(" *, *"));
  }

  private static JsonObject pick(Map<String, JsonObject> from, String device, Set<String> keys) {
    JsonObject kept = from.getOrDefault(device, new JsonObject());
    var found = new JsonObject();
    keys.stream().filter(kept::has).forEach(key -> found.add(key, kept.get(key)));
    return found;
  }
}
