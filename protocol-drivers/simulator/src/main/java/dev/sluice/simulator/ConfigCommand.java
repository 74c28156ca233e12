package dev.sluice.simulator;

import dev.sluice.simulator.spec.PlantSpec;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Prints the gateway configuration that fits a plant. */
@Command(
    name = "config",
    mixinStandardHelpOptions = true,
    description = "Prints a sluice.yaml with every point of a plant.",
    footer = {
      "",
      "Example:",
      "  simulator plant plant.yaml --ports ports.txt &",
      "  simulator config plant.yaml --ports ports.txt --broker tcp://127.0.0.1:1883 --outbox /tmp/o"
    })
final class ConfigCommand implements Callable<Integer> {

  @ParentCommand private @Nullable Simulator simulator;

  @Mixin private PlantSource source = new PlantSource();

  @Mixin private GatewayOptions gateway = new GatewayOptions();

  @Option(
      names = "--broker",
      required = true,
      paramLabel = "URL",
      description = "For example tcp://127.0.0.1:1883.")
  private String broker = "";

  @Option(
      names = "--ports",
      paramLabel = "FILE",
      description = "As the running plant wrote it; needed where the plant says port 0 or serial.")
  private @Nullable Path portsFile;

  @Override
  public Integer call() throws Exception {
    PlantSpec plant = source.read();
    var yaml = new SluiceYaml(plant, PortsFile.read(portsFile, plant));
    Context.terminal(simulator).print(yaml.write(broker, gateway).stripTrailing());
    return 0;
  }
}
