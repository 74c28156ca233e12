package dev.sluice.gateway.cli;

import dev.sluice.driver.Values;
import dev.sluice.driver.Write;
import dev.sluice.gateway.acquire.DriverCatalog;
import dev.sluice.gateway.acquire.OpenDevice;
import dev.sluice.gateway.acquire.OpenLine;
import dev.sluice.gateway.acquire.PointDefinition;
import dev.sluice.gateway.command.UnfitValueException;
import dev.sluice.gateway.command.WantedValue;
import dev.sluice.gateway.config.ConfigException;
import dev.sluice.gateway.config.ConfigLimits;
import dev.sluice.gateway.config.ConfigLoader;
import io.vertx.core.json.JsonObject;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice write}. */
@Command(
    name = "write",
    description = {
      "Writes a value to a point that is configured with writable: true, and reads it back.",
      "Shows before what is there and what will be sent, and asks."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  sluice write sluice.yaml boiler setpoint 55",
      "  sluice write sluice.yaml boiler burner off --yes",
      "  sluice write sluice.yaml boiler correction -- -2.5     a negative one",
      "",
      "A write is sent once and never repeated. Without an answer to it nobody knows what the",
      "device did: that is said so, with what it holds then.",
      "Exit codes: 0 confirmed and read back, 1 not so, 2 refused before anything was sent."
    })
final class WriteCommand implements Callable<Integer> {

  private final DriverCatalog drivers;
  private final InputStream in;

  @Parameters(index = "0", paramLabel = "CONFIG", description = "The configuration, YAML.")
  private Path file = Path.of("sluice.yaml");

  @Parameters(index = "1", paramLabel = "DEVICE", description = "The name of a device in it.")
  private String deviceName = "";

  @Parameters(index = "2", paramLabel = "POINT", description = "The name of one of its points.")
  private String pointName = "";

  @Parameters(
      index = "3",
      paramLabel = "VALUE",
      description = "What it shall be, in the unit of the point.")
  private String text = "";

  @Option(names = "--yes", description = "Do not ask.")
  private boolean yes;

  @Option(names = "--json", description = "Print JSON for programs; needs --yes.")
  private boolean json;

  @Spec private CommandSpec spec = CommandSpec.create();

  WriteCommand(DriverCatalog drivers, InputStream in) {
    this.drivers = drivers;
    this.in = in;
  }

  @Override
  public Integer call() throws ConfigException, CommandException {
    if (json && !yes) {
      throw CommandException.refused("--json asks nobody, so it needs --yes");
    }
    var loader = new ConfigLoader(drivers.drivers(), ConfigLimits.DEFAULTS);
    Chosen chosen = Chosen.of(deviceName, loader.loadWithoutUplinks(file).config(), drivers);
    int point = chosen.point(pointName);
    if (!chosen.device().points().get(point).writable()) {
      throw CommandException.refused(
          "point "
              + pointName
              + " of "
              + deviceName
              + " must not be written to; if it may, say so in "
              + file
              + " at devices/"
              + deviceName
              + "/points/"
              + pointName
              + ": writable: true");
    }
    return Interrupt.ending(spec.commandLine().getErr(), bench -> write(bench, chosen, point));
  }

  private int write(Workbench bench, Chosen chosen, int point) throws CommandException {
    OpenLine line = bench.open(chosen.line(), chosen.driver());
    OpenDevice device = bench.add(line, chosen.device());
    PointDefinition definition = device.definition().points().get(point);
    Values raw = raw(definition);
    List<Write> writes = bench.planWrite(device, new int[] {point}, raw);
    bench.connect(line);
    Reading before = now(bench, device, point);
    announce(before, definition, raw, writes);
    if (!yes && !confirmed(bench)) {
      throw CommandException.failed("not confirmed, so nothing was sent (--yes asks nobody)");
    }
    WriteOutcome outcome = bench.write(device, writes);
    Reading after = readBack(bench, device, point);
    // First of all: what came of it is never kept back, whatever becomes of the line.
    int code = tell(outcome, before, after, definition, raw);
    if (!bench.isInterrupted()) {
      bench.close(line);
    }
    return code;
  }

  private Values raw(PointDefinition definition) throws CommandException {
    try {
      return WantedValue.rawOfText(definition, text);
    } catch (UnfitValueException e) {
      throw CommandException.refused(String.valueOf(e.getMessage()));
    }
  }

  /** None when that is interrupted: what came of the write has to be told all the same. */
  private static @Nullable Reading readBack(Workbench bench, OpenDevice device, int point)
      throws CommandException {
    try {
      return bench.isInterrupted() ? null : now(bench, device, point);
    } catch (CommandException e) {
      if (!bench.isInterrupted()) {
        throw e;
      }
      return null;
    }
  }

  private static Reading now(Workbench bench, OpenDevice device, int point)
      throws CommandException {
    var attempts = bench.read(device, new int[] {point}, Duration.ofSeconds(2));
    return Reading.of(device.definition(), attempts).get(0);
  }

  private void announce(
      Reading before, PointDefinition definition, Values raw, List<Write> writes) {
    if (json) {
      return;
    }
    PrintWriter out = spec.commandLine().getOut();
    String unit = definition.unit().isEmpty() ? "" : " " + definition.unit();
    out.println(deviceName + ", point " + pointName);
    out.println("  now    " + (before.value() == null ? unreadable(before) : before.words()));
    out.println(
        "  then   "
            + text
            + unit
            + "  (raw "
            + RawValue.words(rawOf(definition, raw))
            + " "
            + definition.type().word()
            + ")");
    for (Write write : writes) {
      out.println("  sends  " + write.describe());
    }
    out.flush();
  }

  private static String unreadable(Reading reading) {
    var failure = reading.attempt().failure();
    return "not readable: " + (failure == null ? reading.quality().word() : failure.getMessage());
  }

  private static Object rawOf(PointDefinition definition, Values raw) {
    return RawValue.of(definition.type(), raw.bits(0), raw.scale(0), raw.text(0));
  }

  private boolean confirmed(Workbench bench) throws CommandException {
    PrintWriter out = spec.commandLine().getOut();
    out.print("Write it? [y/N] ");
    out.flush();
    try {
      Optional<Boolean> answer = bench.awaitPerson(Confirmation.from(in));
      if (answer.isEmpty()) {
        out.println();
        out.flush();
        throw CommandException.failed("interrupted, so nothing was sent");
      }
      return answer.get();
    } catch (ExecutionException e) {
      throw CommandException.failed(
          "no answer could be read, so nothing was sent: " + e.getCause());
    }
  }

  private int tell(
      WriteOutcome outcome,
      Reading before,
      @Nullable Reading after,
      PointDefinition definition,
      Values raw) {
    Object found = after == null ? null : after.raw();
    boolean equal = found != null && WriteOutcome.same(rawOf(definition, raw), found);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Object was = before.value();
      Object is = after == null ? null : after.value();
      out.println(
          new JsonObject()
              .put("device", deviceName)
              .put("point", pointName)
              .put("outcome", outcome.word())
              .put("detail", outcome.detail())
              .put("before", was == null ? null : RawValue.json(was))
              .put("after", is == null ? null : RawValue.json(is))
              .put("read_back", found == null ? "unreadable" : equal ? "equal" : "differs")
              .encodePrettily());
    } else {
      out.println(outcome.words());
      out.println(
          after == null
              ? "interrupted, so it was not read back"
              : "reads back "
                  + (after.value() == null ? "nothing: " + unreadable(after) : after.words())
                  + (equal || found == null ? "" : ", which is not what was written"));
    }
    out.flush();
    return outcome.isDone() && equal ? Cli.OK : Cli.FAILED;
  }
}
