package dev.sluice.simulator;

import dev.sluice.simulator.plant.Plant;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Runs a plant until it is told to stop. */
@Command(
    name = "plant",
    mixinStandardHelpOptions = true,
    description = "Runs simulated devices on loopback and behind device files.",
    footer = {
      "",
      "Commands on standard input:",
      PlantOptions.FAULT,
      PlantOptions.FAULT_MORE,
      PlantOptions.FAULT_REST,
      "  status",
      "  stop"
    })
final class PlantCommand implements Callable<Integer> {

  @ParentCommand private @Nullable Simulator simulator;

  @Mixin private PlantSource source = new PlantSource();

  @Mixin private PlantOptions options = new PlantOptions();

  @Option(
      names = "--ports",
      paramLabel = "FILE",
      description = "Writes line=port, when all listen.")
  private @Nullable Path portsFile;

  @Override
  public Integer call() throws Exception {
    Terminal terminal = Context.terminal(simulator);
    Vertx vertx = Simulator.vertx();
    Plant plant = Context.await(Plant.start(vertx, source.read(), options.serial()));
    options.applyTo(plant);
    if (portsFile != null) {
      PortsFile.write(portsFile, PortsFile.content(plant.ports()));
    }
    var commands = new PlantCommands(plant, terminal);
    terminal.print(Report.ready(plant).toString());
    terminal.read(
        line -> {
          if (!commands.run(line)) {
            terminal.complain(
                "simulator: found command \"" + line + "\", expected " + Report.PLANT);
          }
        },
        () -> {});
    while (!terminal.awaitEnd(1, TimeUnit.HOURS)) {}
    Context.await(plant.stop());
    return 0;
  }
}
