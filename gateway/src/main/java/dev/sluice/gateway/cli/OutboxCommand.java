package dev.sluice.gateway.cli;

import dev.sluice.gateway.acquire.DriverCatalog;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code sluice outbox}: what lies in an outbox, and what is wrong with it. */
@Command(
    name = "outbox",
    description = {
      "Looks into an outbox, finds damage, repairs, exports and imports.",
      "What only looks (info, ls, dump, verify, export) also works while the gateway runs,",
      "and changes nothing."
    },
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Examples:",
      "  sluice outbox info --config /etc/sluice/sluice.yaml",
      "  sluice outbox verify --directory /var/lib/sluice/outbox",
      "  sluice outbox dump --directory outbox --from 81000 --device meter-1",
      "",
      "Exit codes: 0 done, 1 damage or failed, 2 bad arguments or nothing that can be read."
    })
final class OutboxCommand implements Runnable {

  @Spec private CommandSpec spec = CommandSpec.create();

  /** The command with its own subcommands. */
  static CommandLine of(DriverCatalog drivers, boolean terminal) {
    return new CommandLine(new OutboxCommand())
        .addSubcommand(new OutboxInfoCommand(drivers))
        .addSubcommand(new OutboxLsCommand(drivers))
        .addSubcommand(new OutboxDumpCommand(drivers))
        .addSubcommand(new OutboxVerifyCommand(drivers, terminal))
        .addSubcommand(new OutboxRepairCommand(drivers, terminal))
        .addSubcommand(new OutboxExportCommand(drivers, terminal))
        .addSubcommand(new OutboxImportCommand(drivers, terminal))
        .addSubcommand(new OutboxDeadCommand(drivers));
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "found no command, expected one behind outbox");
  }
}
