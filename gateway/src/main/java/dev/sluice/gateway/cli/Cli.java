package dev.sluice.gateway.cli;

import dev.sluice.driver.Driver;
import dev.sluice.gateway.config.ConfigException;
import java.util.Collection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The command line as a whole. */
public final class Cli {

  static final int OK = 0;
  static final int FAILED = 1;
  static final int BAD_INPUT = 2;

  private static final Logger LOG = LoggerFactory.getLogger(Cli.class);

  private Cli() {}

  /**
   * Does what the arguments say.
   *
   * @param runner what {@code run} calls
   * @return the exit code
   */
  public static int execute(
      String[] args, Collection<Driver> drivers, Runner runner, Terminal terminal) {
    return new CommandLine(new Root())
        .addSubcommand(new RunCommand(drivers, runner, terminal))
        .addSubcommand(new CheckCommand(drivers, terminal))
        .addSubcommand(new DecodeCommand(terminal))
        .addSubcommand(new SchemaCommand(drivers, terminal))
        .setOut(terminal.out())
        .setErr(terminal.err())
        .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
        .setUsageHelpWidth(100)
        .setExecutionExceptionHandler((e, command, parsed) -> failed(e, terminal))
        .execute(args);
  }

  /** The version in the manifest of the jar; in a build directory there is none. */
  public static String version() {
    String version = Cli.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  private static int failed(Exception e, Terminal terminal) {
    if (e instanceof ConfigException refused) {
      refused.problems().forEach(problem -> terminal.err().println(problem));
      terminal.err().flush();
      return BAD_INPUT;
    }
    String message = e.getMessage() == null ? "" : ": " + e.getMessage();
    boolean expected = e instanceof CliException;
    terminal
        .err()
        .println("sluice: " + (expected ? e.getMessage() : e.getClass().getSimpleName() + message));
    if (!expected) {
      terminal.err().println("sluice: SLUICE_LOG=debug shows where");
      LOG.atDebug().setCause(e).log("command failed");
    }
    terminal.err().flush();
    return FAILED;
  }

  @Command(
      name = "sluice",
      synopsisSubcommandLabel = "COMMAND",
      description = "Polls field devices, keeps every reading durably, forwards them upstream.",
      mixinStandardHelpOptions = true,
      versionProvider = Version.class,
      footer = {
        "",
        "Examples:",
        "  sluice check /etc/sluice/sluice.yaml        what is wrong with it, or what it would do",
        "  sluice run /etc/sluice/sluice.yaml          until SIGTERM; SIGHUP reads the file again",
        "  sluice schema > sluice.schema.json          for editors that complete YAML",
        "  mosquitto_sub -t 'site/#' | sluice decode   what arrives upstream, readable",
        "",
        "Environment: SLUICE_LOG=error|warn|info|debug|trace, what is logged to standard error.",
        "Exit code: 0 all is well, 1 it did not work, 2 the configuration or arguments are wrong."
      })
  private static final class Root {}

  /** Asked for by picocli, which makes one. */
  static final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
      return new String[] {"sluice " + version()};
    }
  }
}
