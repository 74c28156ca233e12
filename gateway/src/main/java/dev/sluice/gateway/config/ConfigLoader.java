package dev.sluice.gateway.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.driver.Driver;
import dev.sluice.gateway.acquire.DeviceSpec;
import dev.sluice.gateway.acquire.LineSpec;
import dev.sluice.gateway.batch.BatchOptions;
import dev.sluice.gateway.outbox.log.Keys;
import dev.sluice.gateway.uplink.UplinkOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Loads configurations. Starts nothing, opens nothing but files to read. Blocks, so not for an
 * event loop; thread-safe.
 */
public final class ConfigLoader {

  private final Map<String, Driver> drivers = new TreeMap<>();
  private final SchemaCheck schema;
  private final ConfigLimits limits;
  private final Function<String, @Nullable String> environment;

  /** With the environment of the process. */
  public ConfigLoader(Collection<Driver> drivers, ConfigLimits limits) {
    this(drivers, limits, System::getenv);
  }

  /**
   * With an environment of one's own.
   *
   * @param drivers that lines can use
   * @param environment the value of a variable by its name, or null
   */
  public ConfigLoader(
      Collection<Driver> drivers,
      ConfigLimits limits,
      Function<String, @Nullable String> environment) {
    drivers.forEach(driver -> this.drivers.put(driver.type(), driver));
    this.schema = new SchemaCheck(SchemaComposer.compose(drivers));
    this.limits = limits;
    this.environment = environment;
  }

  /**
   * Reads a file and checks everything about it.
   *
   * @throws ConfigException naming everything that is wrong
   */
  public LoadedConfig load(Path file) throws ConfigException {
    return load(new YamlSource(limits).read(file), file, root -> root);
  }

  /**
   * As {@link #load}, but for the uplinks and the keys of the outbox: whoever only asks a device
   * may not have their secrets, and needs none. The configuration that comes out has none.
   *
   * @throws ConfigException naming everything that is wrong with the rest
   */
  public LoadedConfig loadWithoutUplinks(Path file) throws ConfigException {
    return load(new YamlSource(limits).read(file), file, ConfigLoader::withoutSecrets);
  }

  /**
   * As {@link #load}, but for the uplinks: whoever looks into the outbox needs its keys and not the
   * secrets of the uplinks.
   *
   * @throws ConfigException naming everything that is wrong with the rest
   */
  public LoadedConfig loadForOutbox(Path file) throws ConfigException {
    return load(new YamlSource(limits).read(file), file, ConfigLoader::withoutUplinks);
  }

  /**
   * Only the keys of the outbox: whoever looks at what lies there has none of the other secrets.
   *
   * @throws ConfigException naming everything that is wrong with them
   */
  public Keys outboxKeys(Path file) throws ConfigException {
    YamlTree tree = new YamlSource(limits).read(file);
    var problems = new Problems(tree);
    var secrets = new Secrets(directory(file), environment);
    problems.hiding(secrets::hide);
    JsonNode root = secrets.resolve(onlyKeys(tree.json()), Pointer.ROOT, problems);
    schema.check(root, problems);
    Keys keys = new KeyReader(problems).keys(root.path("outbox").path("encryption"));
    problems.throwIfAny();
    return keys;
  }

  private static Path directory(Path file) {
    Path parent = file.toAbsolutePath().normalize().getParent();
    return parent == null ? file.toAbsolutePath() : parent;
  }

  private LoadedConfig load(YamlTree tree, Path file, UnaryOperator<JsonNode> part)
      throws ConfigException {
    Path base = directory(file);
    var problems = new Problems(tree);
    var secrets = new Secrets(base, environment);
    problems.hiding(secrets::hide);
    JsonNode root = secrets.resolve(part.apply(tree.json()), Pointer.ROOT, problems);
    schema.check(root, problems);

    var reader = new DeviceReader(schema, problems);
    List<LineSpec> lines = reader.lines(root);
    List<DeviceSpec> devices = reader.devices(root);
    List<LinePlan> plans = new DriverCheck(drivers, problems).check(lines, devices);
    String gateway = root.path("gateway").path("id").asText();
    List<UplinkOptions> uplinks = new UplinkReader(schema, problems, base).uplinks(root);
    var options = new OptionsReader(root, schema, problems, base, environment);
    BatchOptions batch = options.batch();
    var config =
        new GatewayConfig(
            gateway,
            lines,
            devices,
            uplinks,
            options.outbox(),
            options.memory(batch),
            options.flash(),
            options.deadLetterBytes(),
            batch,
            options.acquire(batch),
            options.commands(),
            options.http(),
            options.clock());
    problems.throwIfAny();
    warn(config, plans, problems);
    return new LoadedConfig(config, problems.warnings(), plans);
  }

  private static JsonNode withoutUplinks(JsonNode root) {
    return root instanceof ObjectNode document
        ? document.deepCopy().<ObjectNode>without("uplinks")
        : root;
  }

  private static JsonNode withoutSecrets(JsonNode root) {
    JsonNode rest = withoutUplinks(root);
    if (rest.path("outbox") instanceof ObjectNode outbox) {
      outbox.remove("encryption"); // of a copy
    }
    return rest;
  }

  /** The gateway's id stays: without it nothing is a configuration. */
  private static JsonNode onlyKeys(JsonNode root) {
    if (!(root instanceof ObjectNode document)) {
      return root;
    }
    ObjectNode copy = document.deepCopy();
    copy.retain("gateway", "outbox");
    if (copy.path("outbox") instanceof ObjectNode outbox) {
      outbox.retain("encryption");
    }
    return copy;
  }

  /**
   * A device with one point that stands in no file, instead of those that it is configured with.
   *
   * @param driver the type of its line's driver
   * @param name what the point is called
   * @param keys of the point as YAML, for example {@code {at: holding 100, type: uint16}}
   * @throws ConfigException naming everything that is wrong with the keys
   */
  public DeviceSpec withPoint(DeviceSpec device, String driver, String name, String keys)
      throws ConfigException {
    byte[] bytes = keys.getBytes(StandardCharsets.UTF_8);
    YamlTree tree = new YamlSource(limits).parse("point " + name, bytes);
    var problems = new Problems(tree);
    schema.check("point-" + driver, Pointer.ROOT, tree.json(), problems);
    problems.throwIfAny();
    DeviceSpec made =
        new DeviceReader(schema, problems).withPoint(device, driver, name, tree.json());
    problems.throwIfAny();
    return made;
  }

  private static void warn(GatewayConfig config, List<LinePlan> plans, Problems problems) {
    if (config.uplinks().isEmpty()) {
      problems.warn(
          Pointer.of("uplinks"),
          "no uplinks",
          "at least one",
          "readings are stored and sent nowhere");
    }
    for (LinePlan plan : plans) {
      if (plan.devices() == 0) {
        problems.warn(
            Pointer.of("lines", plan.line()), "no device on this line", "at least one", "");
      }
    }
  }
}
