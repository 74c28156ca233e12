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

/** {@code sluice outbox info}. */
@Command(
    name = "info",
    description = {
      "Says what an outbox holds: stream, segments, records, what each uplink has left,",
      "spare and damaged files. Reads headers only."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example: sluice outbox info --config /etc/sluice/sluice.yaml"})
final class OutboxInfoCommand implements Callable<Integer> {

  private final DriverCatalog drivers;

  @Mixin private OutboxPlace place = new OutboxPlace();

  @Option(names = "--json", description = "Print JSON for programs.")
  private boolean json;

  @Spec private CommandSpec spec = CommandSpec.create();

  OutboxInfoCommand(DriverCatalog drivers) {
    this.drivers = drivers;
  }

  @Override
  public Integer call() throws CommandException, ConfigException {
    PrintWriter out = spec.commandLine().getOut();
    try (LogView view = place.look(drivers, spec.commandLine().getErr())) {
      Survey survey = view.survey();
      if (json) {
        out.println(SurveyJson.info(survey, view.holder()).encodePrettily());
      } else {
        new SurveyText(survey, out).info(place.directory(drivers), view.holder());
      }
      out.flush();
      return Cli.OK;
    } catch (IOException e) {
      throw OutboxPlace.refused(place.directory(drivers), e);
    }
  }
}
