package dev.sluice.gateway.cli;

import dev.sluice.driver.Driver;
import dev.sluice.gateway.config.ConfigurationReference;
import dev.sluice.gateway.config.SchemaComposer;
import java.util.Collection;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "schema",
    description = "Prints the JSON Schema of configurations, with the keys of all drivers present.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example: sluice schema > sluice.schema.json"})
final class SchemaCommand implements Callable<Integer> {

  private final Collection<Driver> drivers;
  private final Terminal terminal;

  @Option(names = "--reference", description = "The same for people, as a page in Markdown.")
  private boolean reference;

  SchemaCommand(Collection<Driver> drivers, Terminal terminal) {
    this.drivers = drivers;
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    terminal
        .out()
        .print(
            reference
                ? ConfigurationReference.markdown(drivers)
                : SchemaComposer.text(drivers));
    terminal.out().flush();
    return Cli.OK;
  }
}
