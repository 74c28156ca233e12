package dev.sluice.gateway.cli;

import dev.sluice.gateway.acquire.DriverCatalog;
import dev.sluice.gateway.config.SchemaComposer;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code sluice schema}. */
@Command(
    name = "schema",
    description = {
      "Prints the JSON Schema of the configuration,",
      "with the keys of all drivers that are installed."
    },
    mixinStandardHelpOptions = true)
final class SchemaCommand implements Callable<Integer> {

  private final DriverCatalog drivers;

  @Spec private CommandSpec spec = CommandSpec.create();

  SchemaCommand(DriverCatalog drivers) {
    this.drivers = drivers;
  }

  @Override
  public Integer call() {
    spec.commandLine().getOut().print(SchemaComposer.text(drivers.drivers()));
    spec.commandLine().getOut().flush();
    return Cli.OK;
  }
}
