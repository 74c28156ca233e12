package dev.sluice.driver.modbus;

import dev.sluice.driver.Device;
import dev.sluice.driver.DeviceContext;
import dev.sluice.driver.Poll;
import dev.sluice.driver.PollException;
import dev.sluice.driver.PollRequest;
import dev.sluice.driver.PollResult;
import dev.sluice.driver.PollTiming;
import dev.sluice.driver.Quality;
import dev.sluice.driver.SettingsException;
import dev.sluice.driver.ValueType;
import dev.sluice.driver.Values;
import dev.sluice.driver.Writable;
import dev.sluice.driver.Write;
import dev.sluice.driver.modbus.plan.Answer;
import dev.sluice.driver.modbus.plan.Block;
import dev.sluice.driver.modbus.plan.Gaps;
import dev.sluice.driver.modbus.plan.Limits;
import dev.sluice.driver.modbus.plan.Link;
import dev.sluice.driver.modbus.plan.ModbusPoint;
import dev.sluice.driver.modbus.plan.Planner;
import dev.sluice.driver.modbus.plan.Refusals;
import dev.sluice.driver.modbus.plan.Unit;
import dev.sluice.driver.modbus.plan.WriteBlock;
import dev.sluice.driver.modbus.plan.WritePlanner;
import dev.sluice.driver.modbus.plan.WriteRules;
import io.vertx.core.Future;
import java.util.List;

/**
 * A unit and its points: which reads and writes they need, and what of that the unit refuses. Keeps
 * no connection state: that is the link's.
 */
final class ModbusDevice implements Device, Writable {

  private final Link link;
  private final Unit unit;
  private final Limits limits;
  private final List<ModbusPoint> points;
  private final List<String> names;
  private final WriteRules writeRules;
  private final DeviceContext context;
  private final Refusals refusals = new Refusals();
  private final PlanWatch watch;
  private boolean loaded;

  /** What is configured for a device. */
  record Settings(
      Unit unit, Limits limits, WriteRules write, List<ModbusPoint> points, List<String> names) {}

  ModbusDevice(Link link, Settings settings, DeviceHooks hooks) {
    this.link = link;
    this.unit = settings.unit();
    this.limits = settings.limits();
    this.points = List.copyOf(settings.points());
    this.names = List.copyOf(settings.names());
    this.writeRules = settings.write();
    this.context = hooks.context();
    this.watch = new PlanWatch(hooks, this::gaps, this::testRefused);
  }

  @Override
  public ValueType type(int point) {
    return points.get(point).format().type();
  }

  @Override
  public List<Poll> plan(int[] wanted) {
    if (!loaded) {
      loaded = true;
      Quarantine.load(context, unit.address(), refusals);
      testLater();
    }
    Gaps gaps = gaps();
    watch.planned(gaps);
    return Planner.plan(points, wanted, limits, gaps, refusals).stream()
        .<Poll>map(block -> new PlannedPoll(link.prepare(unit, block), block))
        .toList();
  }

  private Gaps gaps() {
    return limits.maxGap() == Limits.BY_COST
        ? Gaps.byCost(link.cost(unit), link.turnaroundNanos(unit))
        : Gaps.of(limits.maxGap());
  }

  @Override
  public Future<PollResult> run(Poll poll, PollRequest request) {
    if (!(poll instanceof PlannedPoll planned)) {
      throw new IllegalStateException("BUG: a poll of another device: " + poll.describe());
    }
    return link.run(planned.poll(), request)
        .onSuccess(result -> answered(planned.block()))
        .onFailure(cause -> failed(planned.block(), cause));
  }

  @Override
  public List<Write> planWrite(int[] wanted, Values values) throws SettingsException {
    var planner = new WritePlanner(names, writeRules, link.cost(unit), link.turnaroundNanos(unit));
    return List.copyOf(planner.plan(points, wanted, values));
  }

  @Override
  public Future<PollTiming> write(Write write, PollRequest request) {
    if (!(write instanceof WriteBlock block)) {
      throw new IllegalStateException("BUG: a write to another device: " + write.describe());
    }
    return link.send(unit, block.request(), request).map(Answer::timing);
  }

  private void answered(Block block) {
    watch.answered();
    int before = refusals.count();
    if (refusals.answered(block, points)) {
      if (refusals.count() < before) {
        context.count("quarantine_released", 1);
      }
      changed();
    }
  }

  private void failed(Block block, Throwable cause) {
    if (cause instanceof PollException refusal
        && (refusal.quality() == Quality.ILLEGAL_ADDRESS
            || refusal.quality() == Quality.ILLEGAL_VALUE)) {
      int before = refusals.count();
      if (refusals.refused(block, points)) {
        if (refusals.count() > before) {
          context.count("quarantined", 1);
        }
        changed();
      }
    }
  }

  private void changed() {
    Quarantine.save(context, unit.address(), refusals);
    Quarantine.tell(context, refusals, watch.testEvery());
    testLater();
    context.replan();
  }

  private void testLater() {
    if (!refusals.isEmpty()) {
      watch.testLater();
    }
  }

  private void testRefused() {
    if (!refusals.isEmpty()) {
      refusals.testAll();
      changed();
    }
  }

  @Override
  public void close() {
    watch.close();
  }
}
