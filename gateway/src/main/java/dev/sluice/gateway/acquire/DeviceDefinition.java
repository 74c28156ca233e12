package dev.sluice.gateway.acquire;

import java.util.List;

/**
 * A device as the stages behind its line see it. A changed device gets a new object: a stage that
 * keeps state per device compares by identity and starts afresh when it changed. Immutable.
 */
public final class DeviceDefinition {

  private final String id;
  private final List<PointDefinition> points;

  public DeviceDefinition(String id, List<PointDefinition> points) {
    this.id = id;
    this.points = List.copyOf(points);
  }

  public String id() {
    return id;
  }

  /** In the order of the configuration; a point is known by its index here. */
  public List<PointDefinition> points() {
    return points;
  }

  @Override
  public String toString() {
    return id + " (" + points.size() + " points)";
  }
}
