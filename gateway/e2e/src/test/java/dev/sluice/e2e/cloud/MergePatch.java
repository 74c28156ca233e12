package dev.sluice.e2e.cloud;

import io.vertx.core.json.JsonObject;

/** Changes a document by another one: null takes a key away, arrays are replaced (RFC 7396). */
public final class MergePatch {

  private MergePatch() {}

  public static void apply(JsonObject document, JsonObject patch) {
    for (String key : patch.fieldNames()) {
      Object value = patch.getValue(key);
      if (value == null) {
        document.remove(key);
      } else if (value instanceof JsonObject inner) {
        Object old = document.getValue(key);
        JsonObject target = old instanceof JsonObject object ? object : new JsonObject();
        document.put(key, target);
        apply(target, inner);
      } else {
        document.put(key, value);
      }
    }
  }
}
