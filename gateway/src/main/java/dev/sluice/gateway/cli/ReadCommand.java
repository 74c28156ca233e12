package dev.sluice.gateway.cli;

import dev.sluice.driver.DeviceSettings;
import dev.sluice.gateway.acquire.Attempt;
import dev.sluice.gateway.acquire.DeviceSpec;
import dev.sluice.gateway.acquire.DriverCatalog;
import dev.sluice.gateway.acquire.OpenDevice;
import dev.sluice.gateway.acquire.OpenLine;
import dev.sluice.gateway.config.ConfigException;
import dev.sluice.gateway.config.ConfigLimits;
import dev.sluice.gateway.config.ConfigLoader;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice read}. */
@Command(
    name = "read",
    description = {
      "Asks one device now and prints what it says: value, quality, raw value and time.",
      "Opens the line of that device only; stores and sends nothing."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  sluice read sluice.yaml meter-1                              all its points",
      "  sluice read sluice.yaml meter-1 voltage_l1 energy            two of them",
      "  sluice read sluice.yaml meter-1 --at 'holding 100' --type int16",
      "  sluice read sluice.yaml meter-1 --at 'input 0' --try-orders  every way to read it",
      "",
      "A serial port has one user at a time: while a gateway runs, ask its /status.",
      "Exit codes: 0 all values are good, 1 some are not, 2 bad arguments or configuration."
    })
final class ReadCommand implements Callable<Integer> {

  private final DriverCatalog drivers;

  @Parameters(index = "0", paramLabel = "CONFIG", description = "The configuration, YAML.")
  private Path file = Path.of("sluice.yaml");

  @Parameters(index = "1", paramLabel = "DEVICE", description = "The name of a device in it.")
  private String deviceName = "";

  @Parameters(
      index = "2..*",
      arity = "0..*",
      paramLabel = "POINT",
      description = "Names of its points; all by default.")
  private List<String> names = List.of();

  @Option(
      names = "--at",
      paramLabel = "ADDRESS",
      description =
          "Read this place instead, written as at: of a point, for example 'holding 100'.")
  private String at = "";

  @Option(names = "--type", paramLabel = "TYPE", description = "What stands there, as type: says.")
  private String type = "";

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Any other key of that point, for example --set order=CDAB --set scale=0.1.")
  private Map<String, String> keys = new LinkedHashMap<>();

  @Option(
      names = "--try-orders",
      description = "Show every type and order of bytes that this place could be meant in.")
  private boolean tryOrders;

  @Option(
      names = "--wait",
      paramLabel = "TIME",
      defaultValue = "10s",
      converter = DurationText.class,
      description = "How long to wait for a device that sends by itself; 10s by default.")
  private Duration patience = Duration.ofSeconds(10);

  @Option(names = "--json", description = "Print JSON for programs.")
  private boolean json;

  @Spec private CommandSpec spec = CommandSpec.create();

  ReadCommand(DriverCatalog drivers) {
    this.drivers = drivers;
  }

  @Override
  public Integer call() throws ConfigException, CommandException {
    var loader = new ConfigLoader(drivers.drivers(), ConfigLimits.DEFAULTS);
    Chosen chosen = Chosen.of(deviceName, loader.loadWithoutUplinks(file).config(), drivers);
    DeviceSpec wanted = wanted(chosen, loader);
    DeviceSpec device = tryOrders ? Guesses.of(wanted, chosen.driver()) : wanted;
    int[] points =
        at.isEmpty() && !tryOrders
            ? chosen.points(names)
            : IntStream.range(0, device.points().size()).toArray();
    return Interrupt.ending(
        spec.commandLine().getErr(), bench -> read(bench, chosen, device, points));
  }

  private int read(Workbench bench, Chosen chosen, DeviceSpec device, int[] points)
      throws CommandException {
    OpenLine line = bench.open(chosen.line(), chosen.driver());
    OpenDevice open = bench.add(line, device);
    bench.connect(line);
    List<Attempt> attempts = bench.read(open, points, patience);
    List<Reading> readings = Reading.of(open.definition(), attempts);
    print(line, open, readings);
    bench.close(line);
    boolean good =
        tryOrders
            ? readings.stream().anyMatch(Reading::isGood)
            : readings.stream().allMatch(Reading::isGood);
    return good ? Cli.OK : Cli.FAILED;
  }

  /** The device as configured, or with the one point that the options describe. */
  private DeviceSpec wanted(Chosen chosen, ConfigLoader loader)
      throws ConfigException, CommandException {
    if (at.isEmpty()) {
      if (!type.isEmpty() || !keys.isEmpty()) {
        throw CommandException.refused(
            "--type and --set describe the place that --at names, and there is no --at");
      }
      if (tryOrders && names.size() != 1) {
        throw CommandException.refused(
            "--try-orders wants one place: name one point, or give --at ADDRESS");
      }
      return tryOrders ? only(chosen) : chosen.device();
    }
    if (!names.isEmpty()) {
      throw CommandException.refused("found --at and names of points, expected one of both");
    }
    return loader.withPoint(chosen.device(), chosen.line().driver(), at, yaml());
  }

  private DeviceSpec only(Chosen chosen) throws CommandException {
    int point = chosen.point(names.get(0));
    DeviceSpec device = chosen.device();
    return new DeviceSpec(
        device.line(),
        new DeviceSettings(
            device.id(), device.settings().json(), List.of(device.settings().points().get(point))),
        device.timeout(),
        device.retries(),
        List.of(device.points().get(point)));
  }

  /** The point as it would stand in the file; JSON is YAML. */
  private String yaml() {
    var texts = new JsonObject().put("at", at);
    if (!type.isEmpty()) {
      texts.put("type", type);
    }
    var yaml = new StringBuilder(texts.encode());
    yaml.setLength(yaml.length() - 1);
    // As written: 8 is a number there, CDAB a word.
    keys.forEach((key, value) -> yaml.append(", ").append(key).append(": ").append(value));
    return yaml.append('}').toString();
  }

  private void print(OpenLine line, OpenDevice device, List<Reading> readings) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(
          new JsonObject()
              .put("device", deviceName)
              .put("line", line.spec().id())
              .put("readings", ReadingPrinter.json(readings))
              .put("notes", new JsonObject(new LinkedHashMap<String, Object>(device.notes())))
              .encodePrettily());
    } else {
      String speed = line.speed().isEmpty() ? "" : ", " + line.speed();
      out.println(deviceName + " on line " + line.spec().id() + speed);
      if (tryOrders) {
        Guesses.print(readings, out);
      } else {
        ReadingPrinter.table(readings, out);
      }
    }
    out.flush();
    PrintWriter err = spec.commandLine().getErr();
    if (!json) {
      ReadingPrinter.failures(readings, err);
      device.notes().forEach((subject, text) -> err.println("sluice: " + subject + ": " + text));
    }
    err.flush();
  }
}
