package dev.sluice.simulator;

import dev.sluice.simulator.spec.DeviceSpec;
import dev.sluice.simulator.spec.LineSpec;
import dev.sluice.simulator.spec.Medium;
import dev.sluice.simulator.spec.PlantSpec;
import dev.sluice.simulator.spec.PointSpec;
import dev.sluice.simulator.spec.RegisterOrder;
import dev.sluice.simulator.spec.RegisterType;
import dev.sluice.simulator.text.TextPattern;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

/** Writes the gateway configuration that fits a plant: every line, device and point of it. */
final class SluiceYaml {

  private static final String TOPIC = "site/{gateway}/readings";

  private static final Duration BYTE_GAP = Duration.ofMillis(500);

  private final PlantSpec plant;
  private final Map<String, String> ports;

  SluiceYaml(PlantSpec plant, Map<String, String> ports) {
    this.plant = plant;
    this.ports = ports;
  }

  String write(String brokerUrl, GatewayOptions options) {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("gateway", map("id", options.id()));
    Map<String, Object> lines = new LinkedHashMap<>();
    Map<String, Object> devices = new LinkedHashMap<>();
    for (LineSpec line : plant.lines()) {
      lines.put(line.id(), line(line));
      if (line instanceof LineSpec.Modbus modbus) {
        modbus.devices().forEach(device -> devices.put(device.id(), device(line, device)));
      } else if (line instanceof LineSpec.Text text) {
        text.devices().forEach(device -> devices.put(device.id(), device(text, device)));
      }
    }
    root.put("lines", lines);
    root.put("devices", devices);
    Map<String, Object> uplink = map("connector", "mqtt");
    uplink.put("url", brokerUrl);
    uplink.put("topic", TOPIC);
    uplink.put("compression", options.compression());
    root.put("uplinks", map("cloud", uplink));
    root.put("outbox", map("directory", options.outbox().toString()));
    Integer http = options.http();
    if (http != null) {
      root.put("http", map("port", http));
    }
    var style = new DumperOptions();
    style.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
    style.setWidth(200);
    style.setSplitLines(false);
    return "# Fits the simulated plant \"" + plant.name() + "\".\n" + new Yaml(style).dump(root);
  }

  private Map<String, Object> line(LineSpec line) {
    Map<String, Object> json = map("driver", line instanceof LineSpec.Text ? "text" : "modbus");
    String port = ports.get(line.id());
    if (port == null) {
      throw new IllegalStateException("BUG: no port for line " + line.id());
    }
    if (line.medium() instanceof Medium.Serial medium) {
      Map<String, Object> serial = map("port", port);
      serial.put("baud", medium.baud());
      serial.put("dataBits", medium.dataBits());
      serial.put("parity", medium.parity().word());
      serial.put("stopBits", medium.stopBits());
      // A simulated wire stands still in the middle of a frame while its machine is busy.
      serial.put("byteGap", time(BYTE_GAP));
      json.put("serial", serial);
    } else {
      Map<String, Object> tcp = map("host", "127.0.0.1");
      tcp.put("port", Integer.valueOf(port));
      json.put("tcp", tcp);
    }
    return json;
  }

  private static Map<String, Object> device(LineSpec line, DeviceSpec.Modbus device) {
    Map<String, Object> json = map("line", line.id());
    json.put("unit", device.unit());
    json.put("every", time(device.every()));
    Map<String, Object> points = map(DeviceSpec.COUNTER, point(device.counter()));
    device.points().forEach(point -> points.put(point.name(), point(point)));
    json.put("points", points);
    return json;
  }

  private static Map<String, Object> point(PointSpec.Register point) {
    Map<String, Object> json = map("at", point.at());
    json.put("type", point.type().word());
    if (point.order() != RegisterOrder.ABCD) {
      json.put("order", point.order().name());
    }
    if (point.type() == RegisterType.STRING) {
      json.put("length", point.registers());
    }
    if (point.scale().compareTo(BigDecimal.ONE) != 0) {
      json.put("scale", point.scale());
    }
    if (point.offset().signum() != 0) {
      json.put("offset", point.offset());
    }
    unit(json, point);
    return json;
  }

  private static Map<String, Object> device(LineSpec.Text line, DeviceSpec.Text device) {
    Map<String, Object> json = map("line", line.id());
    if (device.request() != null) {
      json.put("request", escaped(device.request() + line.delimiter()));
      json.put("every", time(device.every()));
    }
    json.put("delimiter", escaped(line.delimiter()));
    json.put("pattern", TextPattern.of(device));
    if (device.nmea()) {
      json.put("checksum", map("kind", "nmea"));
    }
    Map<String, Object> counter = map("group", PointSpec.group(DeviceSpec.COUNTER));
    counter.put("type", "int64");
    Map<String, Object> points = map(DeviceSpec.COUNTER, counter);
    for (PointSpec.Field field : device.points()) {
      Map<String, Object> point = map("group", PointSpec.group(field.name()));
      unit(point, field);
      points.put(field.name(), point);
    }
    json.put("points", points);
    return json;
  }

  /** As the text driver wants bytes written. */
  private static String escaped(String text) {
    return text.replace("\\", "\\\\")
        .replace("\r", "\\r")
        .replace("\n", "\\n")
        .replace("\t", "\\t");
  }

  private static String time(Duration every) {
    long millis = every.toMillis();
    return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
  }

  private static void unit(Map<String, Object> json, PointSpec point) {
    if (!point.unit().isEmpty()) {
      json.put("unit", point.unit());
    }
  }

  private static Map<String, Object> map(String key, Object value) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put(key, value);
    return map;
  }
}
