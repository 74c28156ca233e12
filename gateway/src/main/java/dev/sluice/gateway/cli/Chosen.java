package dev.sluice.gateway.cli;

import dev.sluice.driver.Driver;
import dev.sluice.gateway.acquire.DeviceSpec;
import dev.sluice.gateway.acquire.DriverCatalog;
import dev.sluice.gateway.acquire.LineSpec;
import dev.sluice.gateway.config.GatewayConfig;
import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The device that a command is about.
 *
 * @param line that it is on
 * @param driver of that line
 */
record Chosen(DeviceSpec device, LineSpec line, Driver driver) {

  private static final int NAMED = 12;

  /** The one of that name. */
  static Chosen of(String device, GatewayConfig config, DriverCatalog drivers)
      throws CommandException {
    List<DeviceSpec> devices = config.devices();
    DeviceSpec found =
        devices.stream()
            .filter(each -> each.id().equals(device))
            .findFirst()
            .orElseThrow(
                () -> unknown("device", device, devices.stream().map(DeviceSpec::id).toList()));
    LineSpec line =
        config.lines().stream()
            .filter(each -> each.id().equals(found.line()))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("BUG: no line " + found.line()));
    Driver driver = drivers.find(line.driver());
    if (driver == null) {
      throw new IllegalStateException("BUG: no driver " + line.driver());
    }
    return new Chosen(found, line, driver);
  }

  /** The index of a point. */
  int point(String name) throws CommandException {
    List<String> names = device.settings().points().stream().map(point -> point.name()).toList();
    int index = names.indexOf(name);
    if (index < 0) {
      throw unknown("point of " + device.id(), name, names);
    }
    return index;
  }

  /** The indices of these points, ascending; of all if there are none. */
  int[] points(Collection<String> names) throws CommandException {
    int size = device.points().size();
    var wanted = new boolean[size];
    for (String name : names) {
      wanted[point(name)] = true;
    }
    return IntStream.range(0, size).filter(point -> names.isEmpty() || wanted[point]).toArray();
  }

  private static CommandException unknown(String what, String found, List<String> known) {
    List<String> told = known.subList(0, Math.min(NAMED, known.size()));
    String more = known.size() > NAMED ? " and " + (known.size() - NAMED) + " more" : "";
    return CommandException.refused(
        "there is no "
            + what
            + " called \""
            + found
            + "\"; there "
            + (known.size() == 1 ? "is " : "are ")
            + (known.isEmpty() ? "none" : String.join(", ", told) + more));
  }
}
