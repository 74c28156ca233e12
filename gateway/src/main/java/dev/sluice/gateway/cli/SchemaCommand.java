package dev.sluice.gateway.cli;

import dev.sluice.gateway.acquire.DriverCatalog;
import dev.sluice.gateway.config.ConfigurationReference;
import dev.sluice.gateway.config.SchemaComposer;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice schema}. */
@Command(
    name = "schema",
    description = {
      "Prints the JSON Schema of the configuration,",
      "with the keys of all drivers that are installed."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example: sluice schema > sluice.schema.json"})
final class SchemaCommand implements Callable<Integer> {

  private final DriverCatalog drivers;

  @Option(names = "--reference", description = "The same for people, as a page in Markdown.")
  private boolean reference;

  @Spec private CommandSpec spec = CommandSpec.create();

  SchemaCommand(DriverCatalog drivers) {
    this.drivers = drivers;
  }

  @Override
  public Integer call() {
    String text =
        reference
            ? ConfigurationReference.markdown(drivers.drivers())
            : SchemaComposer.text(drivers.drivers());
    spec.commandLine().getOut().print(text);
    spec.commandLine().getOut().flush();
    return Cli.OK;
  }
}
