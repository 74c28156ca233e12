package dev.sluice.driver;

import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * What the owner configured for a device.
 *
 * @param id the device's name, unique in the gateway
 * @param json its keys as configured but {@code points}; not to be changed
 * @param points in the order of the configuration; a point is known by its index in this list from
 *     here on
 */
public record DeviceSettings(String id, JsonObject json, List<PointSettings> points) {

  public DeviceSettings {
    points = List.copyOf(points);
  }
}
