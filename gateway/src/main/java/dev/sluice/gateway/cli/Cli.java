package dev.sluice.gateway.cli;

import dev.sluice.gateway.acquire.DriverCatalog;
import dev.sluice.gateway.config.ConfigException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The command {@code sluice}: reads its arguments and hands over to a subcommand. */
@Command(
    name = "sluice",
    description = "Polls field devices, keeps readings durably, forwards them over MQTT.",
    mixinStandardHelpOptions = true,
    versionProvider = Cli.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Examples:",
      "  sluice check /etc/sluice/sluice.yaml     says what is wrong with it, or what it would do",
      "  sluice run /etc/sluice/sluice.yaml       until SIGTERM; SIGHUP reads the file again",
      "  sluice read sluice.yaml meter-1          asks one device now and shows what it says",
      "  sluice write sluice.yaml boiler setpoint 55   writes, after asking, and reads back",
      "  sluice scan --port /dev/ttyUSB0          looks for devices on a bus that nobody knows",
      "  mosquitto_sub -C 1 -t 'site/+/readings/zstd' -N | sluice decode",
      "  sluice outbox info --config sluice.yaml  what waits in the outbox, and for whom",
      "  sluice outbox dead ls /var/lib/sluice/outbox   what no broker took",
      "  sluice verify --broker tcp://localhost --topic 'site/#'  whether anything is lost",
      "  sluice schema > sluice.schema.json       for an editor that completes YAML",
      "",
      "Exit codes: 0 done, 1 failed while running, 2 bad arguments or configuration."
    })
public final class Cli {

  /** Done. */
  public static final int OK = 0;

  /** Failed while running. */
  public static final int FAILED = 1;

  /** Bad arguments or configuration. */
  public static final int REFUSED = 2;

  private static final int USAGE_WIDTH = 100;

  private static final Logger LOG = LoggerFactory.getLogger(Cli.class);

  private final CommandLine commands;

  /**
   * A command line.
   *
   * @param in standard input, read by {@code decode} and {@code write}
   */
  public Cli(
      DriverCatalog drivers, Runner runner, InputStream in, PrintWriter out, PrintWriter err) {
    this(drivers, runner, in, out, err, false);
  }

  private Cli(
      DriverCatalog drivers,
      Runner runner,
      InputStream in,
      PrintWriter out,
      PrintWriter err,
      boolean terminal) {
    this.commands =
        new CommandLine(this)
            .addSubcommand(new RunCommand(drivers, runner))
            .addSubcommand(new CheckCommand(drivers))
            .addSubcommand(new ReadCommand(drivers))
            .addSubcommand(new WriteCommand(drivers, in))
            .addSubcommand(new ScanCommand(drivers, terminal))
            .addSubcommand(new DecodeCommand(in))
            .addSubcommand(OutboxCommand.of(drivers, terminal))
            .addSubcommand(new VerifyCommand(terminal))
            .addSubcommand(new SchemaCommand(drivers))
            .setUsageHelpWidth(USAGE_WIDTH)
            .setOut(out)
            .setErr(err)
            .setExecutionExceptionHandler(Cli::failed);
  }

  /** The command line of this process, with its standard streams in UTF-8. */
  public static Cli ofProcess(DriverCatalog drivers, Runner runner) {
    return new Cli(
        drivers,
        runner,
        System.in,
        new PrintWriter(System.out, true, StandardCharsets.UTF_8),
        new PrintWriter(System.err, true, StandardCharsets.UTF_8),
        Terminal.isStandardError());
  }

  /** Runs a command line; returns the exit code. */
  public int execute(String... arguments) {
    if (arguments.length == 0) {
      commands.usage(commands.getErr());
      return REFUSED;
    }
    return commands.execute(arguments);
  }

  /** For whoever asked for it with SLUICE_LOG=debug. */
  static void debug(String what, Throwable cause) {
    LOG.atDebug().setCause(cause).log(what);
  }

  private static int failed(
      Exception problem, CommandLine command, CommandLine.ParseResult parsed) {
    PrintWriter err = command.getErr();
    if (problem instanceof ConfigException refused) {
      refused.problems().forEach(err::println);
      int count = refused.problems().size();
      err.println(count == 1 ? "1 problem; nothing started" : count + " problems; nothing started");
      err.flush();
      return REFUSED;
    }
    if (problem instanceof DecodeException) {
      err.println("sluice: " + problem.getMessage());
      err.flush();
      return FAILED;
    }
    if (problem instanceof CommandException told) {
      err.println("sluice: " + told.getMessage());
      err.flush();
      return told.code();
    }
    String message = problem.getMessage() == null ? "" : ": " + problem.getMessage();
    err.println("sluice: " + problem.getClass().getSimpleName() + message);
    err.println("sluice: SLUICE_LOG=debug shows where");
    LOG.atDebug().setCause(problem).log("command failed");
    err.flush();
    return FAILED;
  }

  /** From the manifest of the jar. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Cli.class.getPackage().getImplementationVersion();
      return new String[] {
        "sluice " + (version == null ? "(not packaged)" : version),
        "Java "
            + Runtime.version()
            + ", "
            + System.getProperty("os.name")
            + " "
            + System.getProperty("os.arch")
      };
    }
  }
}
