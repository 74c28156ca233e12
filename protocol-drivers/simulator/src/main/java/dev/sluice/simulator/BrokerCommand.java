package dev.sluice.simulator;

import dev.sluice.simulator.broker.Broker;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Runs a broker until it is told to stop. */
@Command(
    name = "broker",
    mixinStandardHelpOptions = true,
    description = "Runs an MQTT 3.1.1 broker on loopback, open to everybody there.",
    footer = {"", "Commands on standard input:", "  stop"})
final class BrokerCommand implements Callable<Integer> {

  @ParentCommand private @Nullable Simulator simulator;

  @Option(
      names = "--port",
      defaultValue = "1883",
      description = "0 for any free one. Default: ${DEFAULT-VALUE}.")
  private int port;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Keeps sessions and queues there; without it nothing is kept.")
  private @Nullable Path data;

  @Override
  public Integer call() throws Exception {
    Terminal terminal = Context.terminal(simulator);
    Broker broker = Broker.start(port, data);
    terminal.print(Report.event("ready").put("port", broker.port()).toString());
    terminal.read(
        line -> {
          if (line.equals("stop")) {
            terminal.end();
          } else {
            terminal.complain("simulator: found command \"" + line + "\", expected stop");
          }
        },
        () -> {});
    while (!terminal.awaitEnd(1, TimeUnit.HOURS)) {}
    broker.stop();
    return 0;
  }
}
