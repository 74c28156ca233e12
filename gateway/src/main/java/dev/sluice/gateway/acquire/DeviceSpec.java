package dev.sluice.gateway.acquire;

import dev.sluice.driver.DeviceSettings;
import java.time.Duration;
import java.util.List;

/**
 * A configured device. Equal specs mean that nothing changed.
 *
 * @param line the id of its line
 * @param settings for the driver
 * @param timeout how long a poll may take
 * @param retries how often a poll that brought nothing is tried again at once, 0 to 10
 * @param points what the gateway itself knows of the points, in the order of {@code
 *     settings.points()}
 */
public record DeviceSpec(
    String line, DeviceSettings settings, Duration timeout, int retries, List<PointSpec> points) {

  public DeviceSpec {
    points = List.copyOf(points);
    if (points.size() != settings.points().size()) {
      throw new IllegalArgumentException(
          "BUG: " + points.size() + " points for " + settings.points().size() + " settings");
    }
  }

  public String id() {
    return settings.id();
  }
}
