package dev.sluice.driver.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.DeviceSettings;
import dev.sluice.driver.DriverSchema;
import dev.sluice.driver.LineSettings;
import dev.sluice.driver.PointSettings;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Set;

/**
 * What {@link DriverSchema} promises to the host that merges it and to the reference made of it.
 */
final class SchemaPromises {

  private static final Set<String> LINE_KEYS = Set.of("driver");
  private static final Set<String> DEVICE_KEYS =
      Set.of("line", "every", "timeout", "retries", "points");
  private static final Set<String> POINT_KEYS =
      Set.of(
          "unit", "every", "scale", "offset", "deadband", "minInterval", "heartbeat", "min", "max");

  private final DriverSchema schema;

  SchemaPromises(DriverSchema schema) {
    this.schema = schema;
  }

  void check() {
    fragment("line", schema.line(), LINE_KEYS);
    fragment("device", schema.device(), DEVICE_KEYS);
    fragment("point", schema.point(), POINT_KEYS);
  }

  /** The settings that the tests use are ones that the host would let through. */
  void checkLine(LineSettings settings) {
    keys("line", settings.json(), schema.line());
  }

  void checkDevice(DeviceSettings settings) {
    keys("device", settings.json(), schema.device());
    for (PointSettings point : settings.points()) {
      keys("point " + point.name(), point.json(), schema.point());
    }
  }

  private static void fragment(String name, JsonObject fragment, Set<String> ofTheHost) {
    described(name, fragment);
    assertThat(properties(fragment).fieldNames())
        .as("keys of a %s that belong to the host", name)
        .doesNotContainAnyElementsOf(ofTheHost);
  }

  private static void described(String path, JsonObject fragment) {
    assertThat(fragment.getString("type")).as("type of %s", path).isEqualTo("object");
    JsonObject properties = properties(fragment);
    for (Object required : fragment.getJsonArray("required", new JsonArray())) {
      assertThat(properties.fieldNames()).as("required of %s", path).contains((String) required);
    }
    for (String key : properties.fieldNames()) {
      JsonObject property = properties.getJsonObject(key);
      assertThat(property.getString("description"))
          .as("description of %s/%s", path, key)
          .isNotBlank();
      if (property.containsKey("properties")) {
        described(path + "/" + key, property);
      }
    }
  }

  private static void keys(String what, JsonObject settings, JsonObject fragment) {
    assertThat(properties(fragment).fieldNames())
        .as("known keys of %s", what)
        .containsAll(settings.fieldNames());
    for (Object required : fragment.getJsonArray("required", new JsonArray())) {
      assertThat(settings.fieldNames()).as("keys of %s", what).contains((String) required);
    }
  }

  private static JsonObject properties(JsonObject fragment) {
    return fragment.getJsonObject("properties", new JsonObject());
  }
}
