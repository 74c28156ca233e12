package dev.sluice.gateway.cli;

import dev.sluice.gateway.acquire.DriverCatalog;
import dev.sluice.gateway.config.ConfigException;
import dev.sluice.gateway.config.ConfigLimits;
import dev.sluice.gateway.config.ConfigLoader;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sluice run}. */
@Command(
    name = "run",
    description = {
      "Runs a gateway until SIGTERM.",
      "SIGHUP reads the configuration again: what did not change goes on undisturbed, and a bad one"
          + " is refused while the old one runs on."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example: sluice run /etc/sluice/sluice.yaml"})
final class RunCommand implements Callable<Integer> {

  private final DriverCatalog drivers;
  private final Runner runner;

  @Parameters(paramLabel = "CONFIG", description = "The configuration, YAML.")
  private Path file = Path.of("sluice.yaml");

  RunCommand(DriverCatalog drivers, Runner runner) {
    this.drivers = drivers;
    this.runner = runner;
  }

  @Override
  public Integer call() throws ConfigException {
    return runner.run(file, new ConfigLoader(drivers.drivers(), ConfigLimits.DEFAULTS).load(file));
  }
}
