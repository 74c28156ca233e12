package dev.sluice.gateway.cli;

import dev.sluice.driver.Driver;
import dev.sluice.gateway.config.ConfigException;
import dev.sluice.gateway.config.LinePlan;
import dev.sluice.gateway.config.LoadedConfig;
import dev.sluice.gateway.outbox.OutboxOptions;
import java.io.PrintWriter;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "check",
    description = "Says what is wrong with a configuration, or what it would do. Starts nothing.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example: sluice check /etc/sluice/sluice.yaml"})
final class CheckCommand implements Callable<Integer> {

  private final Collection<Driver> drivers;
  private final Terminal terminal;

  @Mixin private ConfigFile config = new ConfigFile();

  CheckCommand(Collection<Driver> drivers, Terminal terminal) {
    this.drivers = drivers;
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws ConfigException {
    LoadedConfig loaded = config.load(config.loader(drivers));
    PrintWriter out = terminal.out();
    out.printf("%s: ok%n", config.path());
    out.println(loaded.config());
    lines(loaded.lines(), out);
    loaded
        .config()
        .uplinks()
        .forEach(
            uplink ->
                out.printf(
                    "uplink %s: %s, %s%n",
                    uplink.id(),
                    uplink.connector(),
                    uplink.encrypted() ? "encrypted" : "not encrypted"));
    OutboxOptions outbox = loaded.config().outbox();
    out.printf(
        Locale.ROOT,
        "outbox %s: at most %d MiB, %d days%n",
        outbox.directory(),
        outbox.maxBytes() >> 20,
        outbox.maxAge().toDays());
    out.flush();
    loaded.warnings().forEach(warning -> terminal.err().println("warning: " + warning));
    terminal.err().flush();
    return Cli.OK;
  }

  private static void lines(List<LinePlan> lines, PrintWriter out) {
    for (LinePlan line : lines) {
      out.printf(
          Locale.ROOT,
          "line %s (%s): %d devices, %d points, %d polls, %.1f polls/s%s%n",
          line.line(),
          line.driver(),
          line.devices(),
          line.points(),
          line.polls(),
          line.pollsPerSecond(),
          line.busShare() > 0
              ? String.format(Locale.ROOT, ", %.0f %% of its time", line.busShare() * 100)
              : "");
    }
    out.printf(
        Locale.ROOT,
        "total: %d points, %d polls, %.1f polls/s%n",
        lines.stream().mapToInt(LinePlan::points).sum(),
        lines.stream().mapToInt(LinePlan::polls).sum(),
        lines.stream().mapToDouble(LinePlan::pollsPerSecond).sum());
  }
}
