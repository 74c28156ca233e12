package dev.sluice.gateway.cli;

import dev.sluice.driver.Driver;
import dev.sluice.driver.Found;
import dev.sluice.driver.LineSettings;
import dev.sluice.driver.Probing;
import dev.sluice.gateway.acquire.DriverCatalog;
import dev.sluice.gateway.acquire.LineSpec;
import dev.sluice.gateway.acquire.OpenLine;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice scan}. */
@Command(
    name = "scan",
    description = {
      "Looks for devices on a bus or behind a connection that nobody has configured yet,",
      "by reading only, and ends with lines for the configuration.",
      "Ctrl-C ends it and shows what was found."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  sluice scan --port /dev/ttyUSB0                         every usual speed and parity",
      "  sluice scan --port /dev/ttyUSB0 --baud 9600,19200 --parity none --units 1-32",
      "  sluice scan --tcp 10.0.0.5 --units 1-247                behind a gateway",
      "",
      "Addresses 1 to 10 are asked at each setting first, 9600 8N1 and 19200 8E1 before the others.",
      "Where a device answers, the other addresses at its setting follow, and that is all unless",
      "--all says otherwise: a bus has one setting.",
      "Exit codes: 0 something was found, 1 nothing was, 2 bad arguments."
    })
final class ScanCommand implements Callable<Integer> {

  private static final Duration SERIAL_TIMEOUT = Duration.ofMillis(200);
  private static final Duration TCP_TIMEOUT = Duration.ofSeconds(1);

  private final DriverCatalog drivers;
  private final boolean terminal;

  @Option(names = "--port", paramLabel = "PATH", description = "A serial port.")
  private String port = "";

  @Option(
      names = "--tcp",
      paramLabel = "HOST[:PORT]",
      description = "A device with a network port, or a gateway to a bus; port 502 by default.")
  private String tcp = "";

  @Option(
      names = "--driver",
      paramLabel = "NAME",
      defaultValue = "modbus",
      description = "What the devices speak; modbus by default.")
  private String driverName = "modbus";

  @Option(
      names = "--baud",
      paramLabel = "N",
      split = ",",
      description = "Only these speeds, for example 9600,19200.")
  private List<Integer> bauds = new ArrayList<>();

  @Option(
      names = "--parity",
      paramLabel = "WORD",
      split = ",",
      description = "Only these: none, even, odd.")
  private List<String> parities = new ArrayList<>();

  @Option(names = "--stop-bits", paramLabel = "N", split = ",", description = "Only these: 1, 2.")
  private List<Integer> stopBits = new ArrayList<>();

  @Option(
      names = "--units",
      paramLabel = "LIST",
      converter = Addresses.Text.class,
      description = "Only these addresses, for example 1-32 or 1,5,10-20; 1-247 by default.")
  private Addresses units = new Addresses(IntStream.rangeClosed(1, 247).boxed().toList());

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = DurationText.class,
      description = "How long a device has to answer; 200ms on a port, 1s on a connection.")
  private Duration timeout = Duration.ZERO;

  @Option(
      names = "--limit",
      paramLabel = "TIME",
      defaultValue = "10m",
      converter = DurationText.class,
      description = "How long the whole scan may take; 10m by default.")
  private Duration limit = Duration.ofMinutes(10);

  @Option(names = "--first", description = "End with the first device.")
  private boolean first;

  @Option(names = "--all", description = "Try all settings, also after devices were found.")
  private boolean all;

  @Option(names = "--json", description = "Print JSON for programs.")
  private boolean json;

  @Spec private CommandSpec spec = CommandSpec.create();

  ScanCommand(DriverCatalog drivers, boolean terminal) {
    this.drivers = drivers;
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws CommandException {
    if (port.isEmpty() == tcp.isEmpty()) {
      throw CommandException.refused("expected --port or --tcp, and one of them");
    }
    if (first && all) {
      throw CommandException.refused("found --first and --all, expected one of them at most");
    }
    Driver driver = drivers.find(driverName);
    if (driver == null) {
      var known = drivers.drivers().stream().map(Driver::type).toList();
      throw CommandException.refused(
          "there is no driver called \""
              + driverName
              + "\"; there are "
              + String.join(", ", known));
    }
    try (var bench = new Workbench();
        var interrupt = Interrupt.calling(bench::interrupt)) {
      List<ScanSetting> settings = settings(bench, driver);
      Duration each = timeout.isZero() ? (port.isEmpty() ? TCP_TIMEOUT : SERIAL_TIMEOUT) : timeout;
      var scan =
          new Scan(
              bench,
              driver,
              settings,
              units.all(),
              each,
              limit,
              first ? Scan.Until.FIRST : all ? Scan.Until.END : Scan.Until.SETTING,
              new ScanProgress(spec.commandLine().getErr(), terminal, limit));
      announce(settings, scan);
      Scan.Report report = scan.run();
      tell(driver, report);
      interrupt.told();
      if (report.end() == Scan.End.FAILED) {
        throw CommandException.failed(report.failure());
      }
      return report.hits().isEmpty() ? Cli.FAILED : Cli.OK;
    }
  }

  /** What the driver proposes, restricted to what the options say. */
  private List<ScanSetting> settings(Workbench bench, Driver driver) throws CommandException {
    Set<JsonObject> variants = new LinkedHashSet<>();
    if (port.isEmpty()) {
      variants.addAll(variants(bench, driver, connection()));
      return ScanSetting.chosen(List.copyOf(variants), List.of(), List.of(), List.of());
    }
    // A driver names first what its line has: these two are the usual ones.
    List<JsonObject> one = variants(bench, driver, serial(9_600, "none"));
    List<JsonObject> other = variants(bench, driver, serial(19_200, "even"));
    variants.add(one.get(0));
    variants.add(other.get(0));
    variants.addAll(one);
    variants.addAll(other);
    List<ScanSetting> chosen = ScanSetting.chosen(List.copyOf(variants), bauds, parities, stopBits);
    if (chosen.isEmpty()) {
      throw CommandException.refused("no setting has all of --baud, --parity and --stop-bits");
    }
    return chosen;
  }

  private JsonObject serial(int baud, String parity) {
    return new JsonObject()
        .put("driver", driverName)
        .put(
            "serial",
            new JsonObject()
                .put("port", port)
                .put("baud", baud)
                .put("parity", parity)
                .put("stopBits", 1));
  }

  private JsonObject connection() throws CommandException {
    int colon = tcp.lastIndexOf(':');
    boolean bare = colon < 0 || tcp.endsWith("]");
    String host = (bare ? tcp : tcp.substring(0, colon)).replaceAll("^\\[|]$", "");
    try {
      int number = bare ? 502 : Integer.parseInt(tcp.substring(colon + 1));
      if (!host.isEmpty() && number > 0 && number < 65_536) {
        return new JsonObject()
            .put("driver", driverName)
            .put("tcp", new JsonObject().put("host", host).put("port", number));
      }
    } catch (NumberFormatException e) {
      Cli.debug("no port", e);
    }
    throw CommandException.refused(
        "--tcp: found \"" + tcp + "\", expected HOST or HOST:PORT with a port from 1 to 65535");
  }

  private List<JsonObject> variants(Workbench bench, Driver driver, JsonObject line)
      throws CommandException {
    OpenLine made = bench.open(new LineSpec(driver.type(), new LineSettings("scan", line)), driver);
    Probing probing = made.probing();
    if (probing == null) {
      throw CommandException.refused("one cannot look for devices with driver " + driverName);
    }
    List<JsonObject> variants = probing.variants();
    int[] possible = probing.addresses();
    units = units.among(possible);
    if (units.all().isEmpty()) {
      throw CommandException.refused(
          "--units: found none that there can be, expected some of "
              + possible[0]
              + "-"
              + possible[possible.length - 1]);
    }
    bench.close(made);
    return variants;
  }

  private void announce(List<ScanSetting> settings, Scan scan) {
    boolean cut = scan.longest().compareTo(limit) > 0;
    spec.commandLine()
        .getErr()
        .println(
            "scanning "
                + (port.isEmpty() ? tcp : port)
                + ": "
                + (settings.size() == 1 ? "1 setting" : settings.size() + " settings")
                + " x "
                + (units.all().size() == 1 ? "1 address" : units.all().size() + " addresses")
                + ", "
                + ScanProgress.words(scan.longest())
                + " if nobody answers"
                + (cut ? "; ends after " + ScanProgress.words(limit) + " (--limit)" : ""));
    spec.commandLine().getErr().flush();
  }

  private void tell(Driver driver, Scan.Report report) {
    var out = spec.commandLine().getOut();
    if (json) {
      out.println(ScanReport.json(report).encodePrettily());
    } else {
      ScanReport.print(report, out);
      if (!report.hits().isEmpty()) {
        ScanSetting setting = report.hits().get(0).setting();
        List<Found> devices =
            report.hits().stream()
                .filter(hit -> hit.setting().equals(setting))
                .map(Scan.Hit::found)
                .toList();
        out.println();
        out.print(ScanSnippet.of(driver, setting, devices));
      }
    }
    out.flush();
  }
}
