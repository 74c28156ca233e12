package dev.sluice.gateway.cli;

import dev.sluice.gateway.acquire.DriverCatalog;
import dev.sluice.gateway.config.ConfigException;
import dev.sluice.gateway.outbox.log.LogView;
import dev.sluice.gateway.outbox.log.Survey;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice outbox ls}. */
@Command(
    name = "ls",
    description = {
      "Lists the segments of an outbox, oldest first. State: whole, tail (the log goes on",
      "behind it) or damaged, as far as headers tell; verify reads the records as well."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example: sluice outbox ls --directory /var/lib/sluice/outbox"})
final class OutboxLsCommand implements Callable<Integer> {

  private final DriverCatalog drivers;

  @Mixin private OutboxPlace place = new OutboxPlace();

  @Option(names = "--json", description = "Print a JSON object per line, for programs.")
  private boolean json;

  @Spec private CommandSpec spec = CommandSpec.create();

  OutboxLsCommand(DriverCatalog drivers) {
    this.drivers = drivers;
  }

  @Override
  public Integer call() throws CommandException, ConfigException {
    PrintWriter out = spec.commandLine().getOut();
    try (LogView view = place.look(drivers, spec.commandLine().getErr())) {
      Survey survey = view.survey();
      if (json) {
        SurveyJson.list(survey).forEach(line -> out.println(line.encode()));
      } else {
        new SurveyText(survey, out).list();
      }
      out.flush();
      return Cli.OK;
    } catch (IOException e) {
      throw OutboxPlace.refused(place.directory(drivers), e);
    }
  }
}
