package dev.sluice.simulator.spec;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A simulated plant.
 *
 * @param name for people
 * @param seed of all chance in it
 * @param lines what listens on a port each, in the order of the file
 */
public record PlantSpec(String name, long seed, List<LineSpec> lines) {

  public PlantSpec {
    lines = List.copyOf(lines);
    Set<String> ids = new HashSet<>();
    for (LineSpec line : lines) {
      for (DeviceSpec device : line.devices()) {
        if (!ids.add(device.id())) {
          throw new IllegalArgumentException("BUG: two devices " + device.id());
        }
      }
    }
  }

  /** All devices of all lines. */
  public List<DeviceSpec> devices() {
    return lines.stream().<DeviceSpec>flatMap(line -> line.devices().stream()).toList();
  }

  /** How many points all devices have together, their counters included. */
  public int points() {
    return devices().stream().mapToInt(device -> device.points().size() + 1).sum();
  }
}
