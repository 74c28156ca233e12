package dev.sluice.gateway.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The tree in the form that drivers take. What aliases share stays shared. */
final class DriverJson {

  private final IdentityHashMap<JsonNode, JsonObject> done = new IdentityHashMap<>();

  /** A mapping; not to be changed by anybody. */
  JsonObject object(JsonNode mapping) {
    JsonObject known = done.get(mapping);
    if (known != null) {
      return known;
    }
    var json = new JsonObject();
    for (Map.Entry<String, JsonNode> entry : mapping.properties()) {
      json.put(entry.getKey(), value(entry.getValue()));
    }
    done.put(mapping, json);
    return json;
  }

  /** A mapping without one of its keys. */
  JsonObject without(JsonNode mapping, String key) {
    var json = new JsonObject();
    for (Map.Entry<String, JsonNode> entry : mapping.properties()) {
      if (!entry.getKey().equals(key)) {
        json.put(entry.getKey(), value(entry.getValue()));
      }
    }
    return json;
  }

  private @Nullable Object value(JsonNode node) {
    return switch (node.getNodeType()) {
      case OBJECT -> object(node);
      case ARRAY -> {
        var list = new JsonArray();
        node.forEach(item -> list.add(value(item)));
        yield list;
      }
      case BOOLEAN -> node.booleanValue();
      case NUMBER ->
          node.isFloatingPointNumber() ? (Object) node.doubleValue() : node.numberValue();
      case STRING -> node.textValue();
      default -> null;
    };
  }
}
