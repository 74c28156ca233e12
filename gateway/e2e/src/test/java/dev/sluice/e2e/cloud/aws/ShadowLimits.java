package dev.sluice.e2e.cloud.aws;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** What a shadow may hold. */
final class ShadowLimits {

  private static final int BYTES = 8 << 10;
  private static final int DEPTH = 8;
  private static final Set<String> SECTIONS = Set.of(Shadow.DESIRED, Shadow.REPORTED);

  private ShadowLimits() {}

  /** Judges a change, and the state as it would be. */
  static void check(JsonObject change, JsonObject state) throws ShadowException {
    if (!SECTIONS.containsAll(change.fieldNames())) {
      throw new ShadowException(400, "State contains an invalid node: " + change.fieldNames());
    }
    for (String section : change.fieldNames()) {
      Object value = change.getValue(section);
      if (value != null && !(value instanceof JsonObject)) {
        throw new ShadowException(400, "State node must be an object: " + section);
      }
      value(value, 1);
    }
    if (state.encode().getBytes(StandardCharsets.UTF_8).length > BYTES) {
      throw new ShadowException(413, "Payload is larger than the maximum size");
    }
  }

  private static void value(Object value, int depth) throws ShadowException {
    if (depth > DEPTH) {
      throw new ShadowException(400, "JSON contains too many levels of nesting");
    }
    if (value instanceof JsonObject object) {
      for (String key : object.fieldNames()) {
        value(object.getValue(key), depth + 1);
      }
    } else if (value instanceof JsonArray array) {
      for (Object element : array) {
        if (element == null) {
          throw new ShadowException(400, "State contains an array with a null");
        }
        value(element, depth + 1);
      }
    }
  }
}
