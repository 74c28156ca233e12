package dev.sluice.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Runs plant, broker and verifying subscriber until it is told to stop, and judges. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = "Runs plant, broker and verifying subscriber in one process.",
    footer = {
      "",
      "Commands on standard input; its end means stop:",
      "  cut      closes the broker's port and throws everybody out",
      "  mend     opens it again",
      PlantOptions.FAULT,
      PlantOptions.FAULT_MORE,
      PlantOptions.FAULT_REST,
      "  status",
      "  stop     waits until nothing comes any more, says what was found and ends",
      "",
      "Standard output has a JSON line per second; the last line is",
      "  demo: published=N acknowledged=N duplicates=N missing=N readings_missing=N"
    })
final class DemoCommand implements Callable<Integer> {

  private static final String EXPECTED = "cut, mend, fault, status or stop";

  @ParentCommand private @Nullable Simulator simulator;

  @Mixin private PlantSource source = new PlantSource();

  @Mixin private PlantOptions options = new PlantOptions();

  @Mixin private GatewayOptions gateway = new GatewayOptions();

  @Option(
      names = "--port",
      defaultValue = "0",
      description = "Where the gateway finds the broker; 0 for any free one.")
  private int port;

  @Option(
      names = "--ports",
      paramLabel = "FILE",
      description = "Writes line=port, when all listen.")
  private @Nullable Path portsFile;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Writes the fitting gateway configuration, when all listen; needs --outbox.")
  private @Nullable Path configFile;

  @Option(
      names = "--joined",
      description = "The outbox is an old one: streams need not begin with seq 1.")
  private boolean joined;

  @Override
  public Integer call() throws Exception {
    Terminal terminal = Context.terminal(simulator);
    Vertx vertx = Simulator.vertx();
    Demo demo = Demo.start(vertx, source.read(), options.serial(), port, !joined);
    options.applyTo(demo.plant());
    if (portsFile != null) {
      PortsFile.write(portsFile, PortsFile.content(demo.plant().ports()));
    }
    if (configFile != null) {
      var yaml = new SluiceYaml(demo.plant().spec(), demo.plant().ports());
      PortsFile.write(configFile, yaml.write(demo.brokerUrl(), gateway));
    }
    ObjectNode ready = Report.ready(demo.plant());
    terminal.print(ready.put("broker", demo.brokerPort()).toString());
    var commands = new PlantCommands(demo.plant(), terminal);
    terminal.read(line -> command(line, demo, commands, terminal), terminal::end);
    while (!terminal.awaitEnd(1, TimeUnit.SECONDS)) {
      terminal.print(demo.status().toString());
    }
    int code = VerifyCommand.end(terminal, demo.finish());
    Context.await(demo.plant().stop());
    return code;
  }

  private static void command(String line, Demo demo, PlantCommands plant, Terminal terminal) {
    try {
      switch (line) {
        case "cut" -> demo.cut();
        case "mend" -> demo.mend();
        case "status" -> terminal.print(demo.status().toString());
        default -> {
          if (!plant.run(line)) {
            terminal.complain("simulator: found command \"" + line + "\", expected " + EXPECTED);
          }
        }
      }
    } catch (IOException e) {
      terminal.complain("simulator: " + line + " failed: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
