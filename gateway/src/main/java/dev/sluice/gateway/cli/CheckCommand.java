package dev.sluice.gateway.cli;

import dev.sluice.gateway.acquire.DriverCatalog;
import dev.sluice.gateway.config.ConfigException;
import dev.sluice.gateway.config.ConfigLimits;
import dev.sluice.gateway.config.ConfigLoader;
import dev.sluice.gateway.config.GatewayConfig;
import dev.sluice.gateway.config.LinePlan;
import dev.sluice.gateway.config.LoadedConfig;
import dev.sluice.gateway.uplink.Server;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice check}. */
@Command(
    name = "check",
    description = {
      "Says everything that is wrong with a configuration, each with its line,",
      "or what a gateway would do with it. Connects to nothing and writes nothing."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example: sluice check /etc/sluice/sluice.yaml"})
final class CheckCommand implements Callable<Integer> {

  private final DriverCatalog drivers;

  @Parameters(paramLabel = "CONFIG", description = "The configuration, YAML.")
  private Path file = Path.of("sluice.yaml");

  @Spec private CommandSpec spec = CommandSpec.create();

  CheckCommand(DriverCatalog drivers) {
    this.drivers = drivers;
  }

  @Override
  public Integer call() throws ConfigException {
    LoadedConfig loaded = new ConfigLoader(drivers.drivers(), ConfigLimits.DEFAULTS).load(file);
    loaded
        .warnings()
        .forEach(warning -> spec.commandLine().getErr().println("warning: " + warning));
    PrintWriter out = spec.commandLine().getOut();
    GatewayConfig config = loaded.config();
    out.printf("%s: valid, gateway %s%n", file, config.gateway());
    for (LinePlan line : loaded.lines()) {
      out.printf(
          Locale.ROOT,
          "  line %s (%s): %d devices, %d points, %d polls, %.1f polls/s%s%n",
          line.line(),
          line.driver(),
          line.devices(),
          line.points(),
          line.polls(),
          line.pollsPerSecond(),
          line.busShare() > 0
              ? String.format(Locale.ROOT, ", %.0f %% of its time", 100 * line.busShare())
              : "");
    }
    config
        .uplinks()
        .forEach(
            uplink ->
                out.printf(
                    "  uplink %s (%s): %s%n",
                    uplink.id(),
                    uplink.connector().word(),
                    // Not the address: it may be a secret as well.
                    uplink.link().servers().stream().allMatch(Server::encrypted)
                        ? "encrypted"
                        : "not encrypted"));
    out.printf("  outbox: %s%n", config.outbox().directory());
    out.flush();
    return Cli.OK;
  }
}
