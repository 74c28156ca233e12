package dev.sluice.simulator.spec;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;

/** Reads plant files. The form is described at the package. */
public final class PlantReader {

  private static final int MAX_BYTES = 1 << 20;
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Set<String> deviceIds = new HashSet<>();
  private final long seed;

  private PlantReader(long seed) {
    this.seed = seed;
  }

  /**
   * Reads a file, or the plant that the program carries.
   *
   * @param file null for the demo plant
   * @param seed of the signals, in place of the file's
   * @throws PlantException naming path, found and expected
   */
  public static PlantSpec read(@Nullable Path file, OptionalLong seed)
      throws PlantException, IOException {
    if (file == null) {
      try (InputStream in = PlantReader.class.getResourceAsStream("/demo-plant.yaml")) {
        if (in == null) {
          throw new IllegalStateException("BUG: no demo-plant.yaml in the jar");
        }
        return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), seed);
      }
    }
    if (Files.size(file) > MAX_BYTES) {
      throw new PlantException("", Files.size(file) + " bytes", "at most " + MAX_BYTES);
    }
    return parse(Files.readString(file), seed);
  }

  /**
   * Reads the text of a plant file.
   *
   * @param seed of the signals, in place of the file's; 1 if neither says
   */
  public static PlantSpec parse(String text, OptionalLong seed) throws PlantException {
    YamlNode root = new YamlNode("", load(text)).only(Set.of("plant", "seed", "lines"));
    long fileSeed = root.has("seed") ? root.get("seed").whole(Long.MIN_VALUE, Long.MAX_VALUE) : 1;
    return new PlantReader(seed.orElse(fileSeed)).plant(root);
  }

  private static @Nullable Object load(String text) throws PlantException {
    var options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    options.setMaxAliasesForCollections(20);
    options.setCodePointLimit(MAX_BYTES);
    options.setNestingDepthLimit(20);
    try {
      return new Yaml(new SafeConstructor(options)).load(text);
    } catch (MarkedYAMLException e) {
      var mark = e.getProblemMark();
      String where = mark == null ? "" : "line " + (mark.getLine() + 1);
      throw new PlantException(where, String.valueOf(e.getProblem()), "YAML");
    } catch (YAMLException e) {
      throw new PlantException("", String.valueOf(e.getMessage()), "YAML");
    }
  }

  private PlantSpec plant(YamlNode root) throws PlantException {
    List<LineSpec> lines = new ArrayList<>();
    for (Map.Entry<String, YamlNode> entry : root.get("lines").named().entrySet()) {
      YamlNode line = entry.getValue().only(Set.of("modbus", "text"));
      if (line.has("modbus") == line.has("text")) {
        throw new PlantException(
            line.path(), line.has("text") ? "both" : "neither", "one of modbus, text");
      }
      lines.add(
          line.has("modbus")
              ? modbusLine(entry.getKey(), line.get("modbus"))
              : textLine(entry.getKey(), line.get("text")));
    }
    return new PlantSpec(root.text("plant", "plant"), seed, lines);
  }

  private LineSpec modbusLine(String id, YamlNode node) throws PlantException {
    node.only(Set.of(MediumReader.PORT, MediumReader.SERIAL, "devices"));
    Medium medium = MediumReader.read(node);
    List<DeviceSpec.Modbus> devices = new ArrayList<>();
    Set<Integer> units = new HashSet<>();
    for (Map.Entry<String, YamlNode> entry : node.get("devices").named().entrySet()) {
      YamlNode device = unique(entry);
      device.only(Set.of("unit", "every", "counter", "points", "faults"));
      boolean serial = medium instanceof Medium.Serial;
      int unit = serial ? device.whole("unit", 1, 247, 1) : device.whole("unit", 0, 255, 1);
      if (!units.add(unit)) {
        throw new PlantException(
            device.path() + ".unit", "unit " + unit + " twice", "a unit of its own per device");
      }
      var points = new PointReader(seed, entry.getKey());
      devices.add(
          new DeviceSpec.Modbus(
              entry.getKey(),
              unit,
              device.time("every", SECOND),
              points.counter(device),
              points.registers(device),
              faults(device, medium)));
    }
    return new LineSpec.Modbus(id, medium, devices);
  }

  private LineSpec textLine(String id, YamlNode node) throws PlantException {
    node.only(Set.of(MediumReader.PORT, MediumReader.SERIAL, "delimiter", "devices"));
    Medium medium = MediumReader.read(node);
    List<DeviceSpec.Text> devices = new ArrayList<>();
    Set<String> requests = new HashSet<>();
    for (Map.Entry<String, YamlNode> entry : node.get("devices").named().entrySet()) {
      YamlNode device = unique(entry);
      device.only(Set.of("request", "every", "format", "checksum", "points", "faults"));
      String request = device.has("request") ? device.get("request").text() : null;
      if (!requests.add(String.valueOf(request))) {
        throw new PlantException(
            device.path() + ".request", "\"" + request + "\" twice", "one of its own per device");
      }
      var points = new PointReader(seed, entry.getKey()).fields(device);
      devices.add(
          new DeviceSpec.Text(
              entry.getKey(),
              request,
              device.time("every", SECOND),
              format(device.get("format"), points),
              nmea(device),
              points,
              faults(device, medium)));
    }
    if (devices.size() > 1 && devices.stream().anyMatch(device -> device.request() == null)) {
      throw new PlantException(
          node.path() + ".devices",
          devices.size() + " devices, one of which speaks by itself",
          "a line of its own for that one");
    }
    return new LineSpec.Text(id, medium, delimiter(node), devices);
  }

  private static String delimiter(YamlNode node) throws PlantException {
    String text = node.text("delimiter", "\r\n");
    if (text.isEmpty() || text.length() > 8) {
      throw node.get("delimiter").wrong("1 to 8 characters");
    }
    return text;
  }

  private YamlNode unique(Map.Entry<String, YamlNode> entry) throws PlantException {
    if (!deviceIds.add(entry.getKey())) {
      throw new PlantException(
          entry.getValue().path(), "a second device of this name", "a name unique in the plant");
    }
    return entry.getValue();
  }

  private static String format(YamlNode node, List<PointSpec.Field> points) throws PlantException {
    String format = node.text();
    List<String> names = new ArrayList<>(List.of(DeviceSpec.COUNTER));
    points.forEach(point -> names.add(point.name()));
    for (String name : names) {
      if (format.split("\\{" + name + "}", -1).length != 2) {
        throw new PlantException(
            node.path(), "\"" + format + "\"", "exactly one {" + name + "} in it");
      }
    }
    return format;
  }

  private static boolean nmea(YamlNode device) throws PlantException {
    if (!device.has("checksum")) {
      return false;
    }
    if (!device.get("checksum").text().equals("nmea")) {
      throw device.get("checksum").wrong("nmea");
    }
    if (!device.get("format").text().startsWith("$")) {
      throw device.get("format").wrong("a $ at its beginning, as checksum: nmea has it");
    }
    return true;
  }

  private static List<FaultStep> faults(YamlNode device, Medium medium) throws PlantException {
    List<FaultStep> steps = new ArrayList<>();
    if (device.has("faults")) {
      for (YamlNode step : device.get("faults").list()) {
        step.only(Set.of("after", "for", "fault"));
        Fault fault;
        try {
          fault = Fault.parse(step.get("fault").text());
        } catch (IllegalArgumentException e) {
          throw step.get("fault").wrong(Fault.EXPECTED);
        }
        if (!Fault.fits(fault, medium)) {
          throw step.get("fault").wrong(Fault.expectedOf(medium));
        }
        steps.add(new FaultStep(step.get("after").time(), step.get("for").time(), fault));
      }
    }
    return steps;
  }
}
