package dev.sluice.gateway.cli;

import dev.sluice.driver.Driver;
import dev.sluice.gateway.config.ConfigException;
import dev.sluice.gateway.config.ConfigLoader;
import java.util.Collection;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "run",
    description = "Runs a gateway until SIGTERM or SIGINT. SIGHUP reads the configuration again.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example: sluice run /etc/sluice/sluice.yaml"})
final class RunCommand implements Callable<Integer> {

  private final Collection<Driver> drivers;
  private final Runner runner;
  private final Terminal terminal;

  @Mixin private ConfigFile config = new ConfigFile();

  RunCommand(Collection<Driver> drivers, Runner runner, Terminal terminal) {
    this.drivers = drivers;
    this.runner = runner;
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws ConfigException {
    ConfigLoader loader = config.loader(drivers);
    var loaded = config.load(loader);
    terminal.err().flush();
    return runner.run(config.path(), loaded, loader);
  }
}
