package dev.sluice.gateway.cli;

import dev.sluice.driver.Driver;
import dev.sluice.driver.Found;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What was found as configuration: valid as it stands, with one point each to begin with. */
final class ScanSnippet {

  /** The key by which a device is addressed, where its driver has it. */
  private static final String ADDRESS = "unit";

  private static final Pattern PLAIN =
      Pattern.compile("[A-Za-z/][A-Za-z0-9_./-]*( [A-Za-z0-9_.]+)*");

  private ScanSnippet() {}

  /** YAML of the line and the devices at one setting. */
  static String of(Driver driver, ScanSetting setting, List<Found> devices) {
    boolean serial = setting.line().containsKey("serial");
    String line = serial ? "bus-1" : "link-1";
    var yaml = new StringBuilder("lines:\n");
    yaml.append("  ").append(line).append(":\n    driver: ").append(driver.type()).append('\n');
    for (Map.Entry<String, Object> key : setting.line()) {
      if (!key.getKey().equals("driver")) {
        yaml.append("    ").append(key.getKey()).append(": ").append(flow(key.getValue()));
        yaml.append('\n');
      }
    }
    yaml.append("devices:\n");
    boolean addressed = properties(driver.schema().device()).containsKey(ADDRESS);
    String point = point(driver.schema().point());
    for (Found found : devices) {
      String who = String.join(" ", found.identity().values()).replaceAll("\\p{Cntrl}", " ");
      yaml.append("  device-").append(found.address()).append(':');
      yaml.append(who.isBlank() ? "" : " # " + who.strip()).append('\n');
      yaml.append("    line: ").append(line).append('\n');
      if (addressed) {
        yaml.append("    ").append(ADDRESS).append(": ").append(found.address()).append('\n');
      }
      yaml.append("    points:\n      first: ").append(point);
      yaml.append(" # its manual says what there is\n");
    }
    return yaml.toString();
  }

  /** A point that the driver takes, by the examples of its schema. */
  private static String point(JsonObject schema) {
    var point = new JsonObject();
    for (Object key : schema.getJsonArray("required", new JsonArray())) {
      JsonObject property = properties(schema).getJsonObject(key.toString(), new JsonObject());
      JsonArray examples = property.getJsonArray("examples", new JsonArray());
      point.put(key.toString(), examples.isEmpty() ? "?" : examples.getValue(0));
    }
    return flow(point);
  }

  private static JsonObject properties(JsonObject schema) {
    return schema.getJsonObject("properties", new JsonObject());
  }

  private static String flow(Object value) {
    if (value instanceof JsonObject object) {
      var parts = new ArrayList<String>();
      object.forEach(entry -> parts.add(entry.getKey() + ": " + flow(entry.getValue())));
      return parts.isEmpty() ? "{}" : "{ " + String.join(", ", parts) + " }";
    }
    if (value instanceof String text && !PLAIN.matcher(text).matches()) {
      return Json.encode(text);
    }
    return String.valueOf(value);
  }
}
