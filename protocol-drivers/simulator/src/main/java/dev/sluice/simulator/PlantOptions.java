package dev.sluice.simulator;

import dev.sluice.simulator.plant.Plant;
import dev.sluice.simulator.spec.FaultOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a plant is to run. */
final class PlantOptions {

  static final String FAULT =
      "  fault NAME FAULT [for TIME], of a device or all of a line: none, silence, delay 500ms,";
  static final String FAULT_MORE =
      "    exception 4, wrong-length; on TCP drop; on serial lines late 2s 10%, damage 1%,";
  static final String FAULT_REST = "    noise before|in|after 5%, unplug";

  @Option(
      names = "--serial",
      paramLabel = "DIR",
      description =
          "Where the device files of serial lines appear, each with the name of its line."
              + " Default: a temporary directory.")
  private @Nullable Path serial;

  @Option(
      names = "--fault",
      paramLabel = "NAME=FAULT",
      description =
          "Breaks a device, or all of a line, from the start: --fault 'bus-a=damage 1%%'."
              + " May be repeated.")
  private Map<String, String> faults = new LinkedHashMap<>();

  @Nullable Path serial() {
    return serial;
  }

  /**
   * Breaks what is to be broken from the start.
   *
   * @throws IllegalArgumentException naming what is not known
   */
  void applyTo(Plant plant) {
    faults.forEach((name, words) -> plant.fault(name, FaultOrder.parse(words)));
  }
}
