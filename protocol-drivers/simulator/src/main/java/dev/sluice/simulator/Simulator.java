package dev.sluice.simulator;

import dev.sluice.simulator.spec.PlantException;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * Entry of the simulator.
 *
 * <p>Exit codes: 0 well, 1 something is missing or nothing was published, 2 wrong arguments or a
 * wrong plant file, 3 something could not be opened.
 */
@Command(
    name = "simulator",
    description = "Simulated plant, demo broker and verifying subscriber.",
    mixinStandardHelpOptions = true,
    version = "sluice-simulator",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      PlantCommand.class,
      BrokerCommand.class,
      VerifyCommand.class,
      DemoCommand.class,
      ConfigCommand.class
    })
public final class Simulator implements Runnable {

  static final int WRONG_INPUT = 2;
  static final int NOT_OPENED = 3;

  private static final long ENDING_SECONDS = 15;

  private final Terminal terminal;

  Simulator(Terminal terminal) {
    this.terminal = terminal;
  }

  public static void main(String[] args) {
    // Before the first logger and the first Vert.x; what the caller set stays.
    setIfAbsent("logback.configurationFile", "simulator-logback.xml");
    setIfAbsent("vertx.disableDnsResolver", "true");
    var terminal = new Terminal(System.in, System.out, System.err);
    CompletableFuture<Integer> ended = new CompletableFuture<>();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(terminal, ended), "end"));
    int code = run(terminal, args);
    ended.complete(code);
    System.exit(code);
  }

  // On a signal the command gets the time to say what it found, and its code is the exit code.
  private static void end(Terminal terminal, CompletableFuture<Integer> ended) {
    terminal.end();
    try {
      Runtime.getRuntime().halt(ended.get(ENDING_SECONDS, TimeUnit.SECONDS));
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      terminal.complain("simulator: did not end within " + ENDING_SECONDS + " s");
    }
  }

  /** Runs a command line; its exit code. */
  static int run(Terminal terminal, String... args) {
    return new CommandLine(new Simulator(terminal))
        .setExecutionExceptionHandler((e, line, parsed) -> failed(terminal, e))
        .execute(args);
  }

  private static int failed(Terminal terminal, Exception e) throws Exception {
    Throwable cause = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
    if (cause instanceof PlantException || cause instanceof IllegalArgumentException) {
      terminal.complain("simulator: " + cause.getMessage());
      return WRONG_INPUT;
    }
    if (cause instanceof IOException) {
      terminal.complain(
          "simulator: " + cause.getClass().getSimpleName() + ": " + cause.getMessage());
      return NOT_OPENED;
    }
    throw e;
  }

  @Override
  public void run() {
    CommandLine.usage(this, System.out);
  }

  Terminal terminal() {
    return terminal;
  }

  /** A small Vert.x: two event loops serve all the lines that a simulator has. */
  static Vertx vertx() {
    return Vertx.vertx(
        new VertxOptions()
            .setEventLoopPoolSize(2)
            .setWorkerPoolSize(2)
            .setInternalBlockingPoolSize(2)
            .setFileSystemOptions(
                new FileSystemOptions()
                    .setFileCachingEnabled(false)
                    .setClassPathResolvingEnabled(false)));
  }

  private static void setIfAbsent(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
