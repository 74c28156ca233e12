package dev.sluice.e2e.cloud.aws;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;

/** When the values of a shadow came: their shape, with a time for each. */
final class Metadata {

  private Metadata() {}

  /** The times of a change; what it takes away is null here too. */
  static JsonObject of(JsonObject change, long seconds) {
    var times = new JsonObject();
    for (String key : change.fieldNames()) {
      Object value = change.getValue(key);
      if (value == null) {
        times.putNull(key);
      } else if (value instanceof JsonObject inner) {
        times.put(key, of(inner, seconds));
      } else {
        times.put(key, new JsonObject().put("timestamp", seconds));
      }
    }
    return times;
  }

  static void dropNulls(JsonObject times) {
    for (String key : new ArrayList<>(times.fieldNames())) {
      Object value = times.getValue(key);
      if (value == null) {
        times.remove(key);
      } else if (value instanceof JsonObject inner) {
        dropNulls(inner);
      }
    }
  }
}
