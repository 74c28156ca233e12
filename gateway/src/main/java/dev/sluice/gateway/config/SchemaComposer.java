package dev.sluice.gateway.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.driver.Driver;
import dev.sluice.driver.DriverSchema;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Makes the one schema of a configuration: the host's keys with those of the drivers merged in.
 *
 * <p>A line chooses the keys of its driver by {@code if}/{@code then}. A device names only its
 * line, which no schema can follow; so {@code $defs/device} accepts what any driver accepts, and
 * the loader checks each device against {@code $defs/device-DRIVER} of its line.
 */
public final class SchemaComposer {

  static final ObjectMapper MAPPER = new ObjectMapper();

  private SchemaComposer() {}

  /** The published schema as text, the same for the same drivers. */
  public static String text(Collection<Driver> drivers) {
    try {
      var indent = new DefaultIndenter("  ", "\n");
      var printer = new DefaultPrettyPrinter().withObjectIndenter(indent).withArrayIndenter(indent);
      return MAPPER.writer(printer).writeValueAsString(compose(drivers)) + "\n";
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  static ObjectNode compose(Collection<Driver> drivers) {
    ObjectNode schema = host();
    ObjectNode defs = object(schema, "$defs");
    ObjectNode line = object(defs, "line");
    ObjectNode device = object(defs, "device");
    ObjectNode point = (ObjectNode) defs.remove("point");
    ObjectNode anyDevice = MAPPER.createObjectNode();
    ArrayNode choices = anyDevice.putArray("anyOf");
    ArrayNode types = object(object(line, "properties"), "driver").putArray("enum");
    ArrayNode rules = line.putArray("allOf");
    for (Driver driver : sorted(drivers)) {
      String type = driver.type();
      DriverSchema fragments = driver.schema();
      types.add(type);
      defs.set("line-" + type, merged(object(defs, "line"), fragments.line(), type));
      ObjectNode ofDriver = merged(device, fragments.device(), type);
      object(object(ofDriver, "properties"), "points")
          .putObject("additionalProperties")
          .put("$ref", "#/$defs/point-" + type);
      defs.set("device-" + type, ofDriver);
      defs.set("point-" + type, merged(point, fragments.point(), type));
      choices.addObject().put("$ref", "#/$defs/device-" + type);
      ObjectNode rule = rules.addObject();
      ObjectNode condition = rule.putObject("if");
      condition.put("type", "object");
      condition.putObject("properties").putObject("driver").put("const", type);
      condition.putArray("required").add("driver");
      rule.putObject("then").put("$ref", "#/$defs/line-" + type);
    }
    // An empty anyOf or enum is no schema; without drivers there is nothing that would be right.
    if (choices.isEmpty()) {
      throw new IllegalStateException("BUG: a schema without drivers");
    }
    defs.set("device", anyDevice);
    return schema;
  }

  /** What a device is as long as nobody knows its driver. */
  static ObjectNode withoutDeviceDrivers(ObjectNode composed) {
    ObjectNode copy = composed.deepCopy();
    ObjectNode device = object(copy, "$defs").putObject("device");
    device.put("type", "object").putArray("required").add("line").add("points");
    ObjectNode line = device.putObject("properties").putObject("line");
    line.put("$ref", "#/$defs/name");
    return copy;
  }

  private static ObjectNode merged(ObjectNode host, JsonObject fragment, String driver) {
    ObjectNode merged = host.deepCopy();
    merged.remove("allOf");
    ObjectNode properties = object(merged, "properties");
    if (properties.get("driver") instanceof ObjectNode key) {
      key.removeAll();
      key.put("const", driver);
    }
    try {
      JsonNode json = MAPPER.readTree(fragment.encode());
      for (Map.Entry<String, JsonNode> entry : json.properties()) {
        switch (entry.getKey()) {
          case "type", "additionalProperties" -> {}
          case "required" -> merged.withArray("required").addAll((ArrayNode) entry.getValue());
          case "properties" -> {
            for (Map.Entry<String, JsonNode> property : entry.getValue().properties()) {
              if (properties.has(property.getKey())) {
                throw new IllegalStateException(
                    "BUG: driver " + driver + " redefines the key " + property.getKey());
              }
              properties.set(property.getKey(), property.getValue());
            }
          }
          default -> merged.set(entry.getKey(), entry.getValue());
        }
      }
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
    if (merged.path("required").isEmpty()) {
      merged.remove("required");
    }
    return merged.put("additionalProperties", false);
  }

  private static ObjectNode host() {
    try (InputStream in = SchemaComposer.class.getResourceAsStream("sluice.schema.json")) {
      if (in == null) {
        throw new IllegalStateException("BUG: no resource sluice.schema.json");
      }
      return (ObjectNode) MAPPER.readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ObjectNode object(ObjectNode parent, String key) {
    if (parent.get(key) instanceof ObjectNode child) {
      return child;
    }
    throw new IllegalStateException("BUG: schema without " + key);
  }

  private static List<Driver> sorted(Collection<Driver> drivers) {
    return drivers.stream().sorted(Comparator.comparing(Driver::type)).toList();
  }
}
