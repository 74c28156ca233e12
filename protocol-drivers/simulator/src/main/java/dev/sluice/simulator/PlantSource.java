package dev.sluice.simulator;

import dev.sluice.simulator.spec.PlantException;
import dev.sluice.simulator.spec.PlantReader;
import dev.sluice.simulator.spec.PlantSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which plant a command is about. */
final class PlantSource {

  static final int MAX_DEVICES = 247;

  @Parameters(
      arity = "0..1",
      paramLabel = "PLANT.yaml",
      description = "The plant; without it, the one of the demo.")
  private @Nullable Path file;

  @Option(names = "--seed", description = "Of the signals, in place of the file's.")
  private @Nullable Long seed;

  @Option(
      names = "--devices",
      paramLabel = "N",
      description = "In place of a file: N Modbus devices (1 to 247) on one port.")
  private int devices;

  @Option(
      names = "--points",
      paramLabel = "M",
      defaultValue = "10",
      description = "With --devices: points per device, 1 to 1000. Default: ${DEFAULT-VALUE}.")
  private int points;

  PlantSpec read() throws PlantException, IOException {
    OptionalLong given = seed == null ? OptionalLong.empty() : OptionalLong.of(seed);
    if (devices == 0) {
      return PlantReader.read(file, given);
    }
    if (file != null || devices < 1 || devices > MAX_DEVICES || points < 1 || points > 1000) {
      throw new IllegalArgumentException(
          "found --devices "
              + devices
              + " --points "
              + points
              + (file == null ? "" : " and " + file)
              + ", expected 1 to 247 devices with 1 to 1000 points and no file");
    }
    return PlantReader.parse(generated(), given);
  }

  private String generated() {
    var yaml = new StringBuilder("plant: generated\nlines:\n  generated:\n    modbus:\n");
    yaml.append("      devices:\n");
    for (int unit = 1; unit <= devices; unit++) {
      yaml.append("        device-")
          .append(unit)
          .append(":\n          unit: ")
          .append(unit)
          .append("\n          points:\n            value: { at: input 2, type: float32, repeat: ")
          .append(points)
          .append(", signal: { drift: { from: 0, to: 100, period: 60s, noise: 0.5 } } }\n");
    }
    return yaml.toString();
  }
}
