package dev.sluice.gateway.cli;

import dev.sluice.gateway.acquire.DriverCatalog;
import dev.sluice.gateway.config.ConfigException;
import dev.sluice.gateway.outbox.log.LogView;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice outbox verify}. */
@Command(
    name = "verify",
    description = {
      "Reads every byte of an outbox, checks every checksum, and says what is damaged,",
      "where, and what that costs."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: sluice outbox verify --directory /var/lib/sluice/outbox",
      "",
      "Exit codes: 0 clean, 1 damaged or a key is missing, 2 bad arguments or nothing that can be read."
    })
final class OutboxVerifyCommand implements Callable<Integer> {

  private final DriverCatalog drivers;
  private final boolean terminal;

  @Mixin private OutboxPlace place = new OutboxPlace();

  @Option(names = "--json", description = "Print JSON for programs.")
  private boolean json;

  @Spec private CommandSpec spec = CommandSpec.create();

  OutboxVerifyCommand(DriverCatalog drivers, boolean terminal) {
    this.drivers = drivers;
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws CommandException, ConfigException {
    PrintWriter out = spec.commandLine().getOut();
    try (LogView view = place.look(drivers, spec.commandLine().getErr())) {
      var progress = new WorkProgress(spec.commandLine().getErr(), terminal, "verify");
      OutboxCheck check = OutboxCheck.of(view, progress);
      if (json) {
        out.println(check.json().encodePrettily());
      } else {
        check.print(out);
      }
      out.flush();
      return check.isClean() ? Cli.OK : Cli.FAILED;
    } catch (IOException e) {
      throw OutboxPlace.refused(place.directory(drivers), e);
    }
  }
}
