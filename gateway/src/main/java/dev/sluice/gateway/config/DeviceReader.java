package dev.sluice.gateway.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.driver.DeviceSettings;
import dev.sluice.driver.LineSettings;
import dev.sluice.driver.PointSettings;
import dev.sluice.gateway.acquire.Deadband;
import dev.sluice.gateway.acquire.DeviceSpec;
import dev.sluice.gateway.acquire.LineSpec;
import dev.sluice.gateway.acquire.PointRules;
import dev.sluice.gateway.acquire.PointSpec;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads lines and devices; those with anything wrong are left out, as the problems tell why. */
final class DeviceReader {

  private final SchemaCheck schema;
  private final Problems problems;
  private final DriverJson driverJson = new DriverJson();

  DeviceReader(SchemaCheck schema, Problems problems) {
    this.schema = schema;
    this.problems = problems;
  }

  List<LineSpec> lines(JsonNode root) {
    var lines = new ArrayList<LineSpec>();
    for (Map.Entry<String, JsonNode> entry : root.path("lines").properties()) {
      Pointer at = Pointer.of("lines", entry.getKey());
      if (problems.clean(at)) {
        var settings = new LineSettings(entry.getKey(), driverJson.object(entry.getValue()));
        lines.add(new LineSpec(entry.getValue().path("driver").asText(), settings));
      }
    }
    return lines;
  }

  List<DeviceSpec> devices(JsonNode root) {
    var devices = new ArrayList<DeviceSpec>();
    for (Map.Entry<String, JsonNode> entry : root.path("devices").properties()) {
      String id = entry.getKey();
      String driver = driver(root, id, entry.getValue());
      Pointer at = Pointer.of("devices", id);
      if (driver == null) {
        String only = onlyDriver(root);
        if (only != null && entry.getValue().isObject()) {
          // Its line is wrong, but what else is wrong with it can be told all the same.
          schema.check("device-" + only, at, root, problems);
        }
        continue;
      }
      schema.check("device-" + driver, at, root, problems);
      if (usable(at, entry.getValue())) {
        devices.add(device(id, driver, entry.getValue()));
      }
    }
    return devices;
  }

  /** The driver that all lines have; none when they have several, or an unknown one. */
  private @Nullable String onlyDriver(JsonNode root) {
    var drivers = new TreeSet<String>();
    root.path("lines").forEach(line -> drivers.add(line.path("driver").asText()));
    return drivers.size() == 1 && !schema.definition("device-" + drivers.first()).isMissingNode()
        ? drivers.first()
        : null;
  }

  /** The driver of the device's line; none when that cannot be told, which is a problem then. */
  private @Nullable String driver(JsonNode root, String id, JsonNode device) {
    JsonNode name = device.path("line");
    JsonNode lines = root.path("lines");
    if (!device.isObject() || !problems.clean(Pointer.of("devices", id, "line"))) {
      return null;
    }
    JsonNode line = lines.path(name.asText());
    if (line.isMissingNode()) {
      var known = new ArrayList<String>();
      lines.fieldNames().forEachRemaining(known::add);
      problems.add(
          Pointer.of("devices", id, "line"),
          Texts.found(problems.written(Pointer.of("devices", id, "line"))),
          known.isEmpty() ? "a line, but there are none" : "a line: " + Expected.oneOf(known),
          Texts.didYouMean(name.asText(), known));
      return null;
    }
    String driver = line.path("driver").asText();
    return schema.definition("device-" + driver).isMissingNode() ? null : driver;
  }

  /** Whether the device can be read, if only to see what its driver says about its good points. */
  private boolean usable(Pointer at, JsonNode device) {
    if (!device.path("points").isObject()) {
      return false;
    }
    for (Map.Entry<String, JsonNode> entry : device.properties()) {
      if (!entry.getKey().equals("points") && !problems.clean(at.then(entry.getKey()))) {
        return false;
      }
    }
    return true;
  }

  private DeviceSpec device(String id, String driver, JsonNode json) {
    Pointer at = Pointer.of("devices", id);
    var keys = new Section(json, schema.definition("device-" + driver));
    Duration every = keys.duration("every");
    Duration timeout = keys.duration("timeout");
    var settings = new ArrayList<PointSettings>();
    var specs = new ArrayList<PointSpec>();
    Duration shortest = Duration.ofDays(1);
    for (Map.Entry<String, JsonNode> entry : json.path("points").properties()) {
      if (!problems.clean(at.then("points").then(entry.getKey()))) {
        continue;
      }
      var point = new Section(entry.getValue(), schema.definition("point-" + driver));
      settings.add(new PointSettings(entry.getKey(), driverJson.object(entry.getValue())));
      specs.add(point(point, every, at.then("points").then(entry.getKey())));
      Duration own = specs.get(specs.size() - 1).every();
      shortest = own.compareTo(shortest) < 0 ? own : shortest;
    }
    if (timeout.compareTo(shortest) > 0) {
      problems.warn(
          at.then("timeout"),
          "a timeout of " + Units.written(timeout),
          "no more than the shortest interval, " + Units.written(shortest),
          "while the device is silent, its line misses cycles");
    }
    return new DeviceSpec(
        keys.text("line"),
        new DeviceSettings(id, driverJson.without(json, "points"), settings),
        timeout,
        keys.integer("retries"),
        specs);
  }

  /** The same device with a point of its own instead of those that it has. */
  DeviceSpec withPoint(DeviceSpec device, String driver, String name, JsonNode json) {
    var keys = new Section(json, schema.definition("point-" + driver));
    PointSpec point = point(keys, Duration.ofSeconds(1), Pointer.ROOT);
    var settings = new PointSettings(name, driverJson.object(json));
    return new DeviceSpec(
        device.line(),
        new DeviceSettings(device.id(), device.settings().json(), List.of(settings)),
        device.timeout(),
        device.retries(),
        List.of(point));
  }

  private PointSpec point(Section keys, Duration deviceEvery, Pointer at) {
    String every = keys.optionalText("every");
    BigDecimal scale = keys.decimal("scale", BigDecimal.ONE);
    BigDecimal min = keys.optionalDecimal("min");
    BigDecimal max = keys.optionalDecimal("max");
    if (scale.signum() == 0) {
      problems.add(at.then("scale"), "0", "a number other than 0", "");
    }
    if (min != null && max != null && min.compareTo(max) > 0) {
      problems.add(at.then("min"), min.toPlainString(), "at most max, " + max.toPlainString(), "");
    }
    var rules =
        new PointRules(
            scale,
            keys.decimal("offset", BigDecimal.ZERO),
            deadband(keys),
            keys.duration("minInterval"),
            keys.duration("heartbeat"),
            min,
            max);
    if (!rules.heartbeat().isZero() && rules.heartbeat().compareTo(rules.minInterval()) < 0) {
      problems.add(
          at.then("heartbeat"),
          Units.written(rules.heartbeat()),
          "at least minInterval, " + Units.written(rules.minInterval()),
          "");
    }
    return new PointSpec(
        every == null ? deviceEvery : Units.duration(every),
        keys.text("unit"),
        rules,
        keys.flag("writable"));
  }

  private static @Nullable Deadband deadband(Section keys) {
    JsonNode deadband = keys.get("deadband");
    if (deadband.isMissingNode()) {
      return null;
    }
    return deadband.isNumber()
        ? new Deadband(deadband.doubleValue(), false)
        : new Deadband(Double.parseDouble(deadband.asText().replaceAll("[ %]", "")), true);
  }
}
