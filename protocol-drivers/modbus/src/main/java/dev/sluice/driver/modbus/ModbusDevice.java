package dev.sluice.driver.modbus;

import dev.sluice.driver.Device;
import dev.sluice.driver.Poll;
import dev.sluice.driver.PollRequest;
import dev.sluice.driver.PollResult;
import dev.sluice.driver.ValueType;
import dev.sluice.driver.modbus.plan.Limits;
import dev.sluice.driver.modbus.plan.Link;
import dev.sluice.driver.modbus.plan.ModbusPoint;
import dev.sluice.driver.modbus.plan.Planner;
import dev.sluice.driver.modbus.plan.Unit;
import io.vertx.core.Future;
import java.util.List;

/** A unit and its points. Keeps no connection state: that is the link's. */
final class ModbusDevice implements Device {

  private final Link link;
  private final Unit unit;
  private final Limits limits;
  private final List<ModbusPoint> points;

  ModbusDevice(Link link, Unit unit, Limits limits, List<ModbusPoint> points) {
    this.link = link;
    this.unit = unit;
    this.limits = limits;
    this.points = List.copyOf(points);
  }

  @Override
  public ValueType type(int point) {
    return points.get(point).format().type();
  }

  @Override
  public List<Poll> plan(int[] wanted) {
    return Planner.plan(points, wanted, limits).stream()
        .map(block -> link.prepare(unit, block))
        .toList();
  }

  @Override
  public Future<PollResult> run(Poll poll, PollRequest request) {
    return link.run(poll, request);
  }

  @Override
  public void close() {
    // Nothing of its own to give back.
  }
}
