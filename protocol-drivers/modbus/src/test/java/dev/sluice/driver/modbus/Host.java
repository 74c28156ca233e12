package dev.sluice.driver.modbus;

import static dev.sluice.driver.testkit.LineUnderTest.await;

import dev.sluice.driver.Device;
import dev.sluice.driver.Poll;
import dev.sluice.driver.PollClass;
import dev.sluice.driver.PollRequest;
import dev.sluice.driver.ValueType;
import dev.sluice.driver.modbus.codec.Table;
import dev.sluice.driver.modbus.plan.Limits;
import dev.sluice.driver.modbus.plan.ModbusPoint;
import dev.sluice.driver.modbus.plan.Unit;
import dev.sluice.driver.modbus.plan.WriteRules;
import dev.sluice.driver.modbus.value.Format;
import dev.sluice.driver.modbus.value.WordOrder;
import dev.sluice.driver.testkit.TestDeviceContext;
import dev.sluice.driver.testkit.TestLineContext;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** A host that runs each plan of a device again and again, as a line does. */
final class Host {

  /** More cycles than any bisection of the tests takes. */
  static final int CYCLES = 60;

  final TestDeviceContext context;

  private static final Format REGISTER = new Format(ValueType.UINT16, WordOrder.ABCD, -1, 1);

  private final TestLineContext line;
  private final Device device;
  private final Promise<Void> replanned = Promise.promise();
  private final Set<Integer> good = new TreeSet<>();
  private List<int[]> groups;
  private List<Poll> plan = List.of();
  private boolean replan = true;

  /**
   * Makes a device with a point at each of some holding registers.
   *
   * @param state what it has saved before
   * @param testEvery how often it tries again what is refused
   */
  Host(
      TestLineContext line,
      Memory memory,
      List<Integer> addresses,
      Buffer state,
      Duration testEvery) {
    this.line = line;
    this.groups = List.of(IntStream.range(0, addresses.size()).toArray());
    this.context = new TestDeviceContext(line, state);
    context.onReplan(
        () -> {
          replan = true;
          replanned.tryComplete();
        });
    var settings =
        new ModbusDevice.Settings(
            Unit.of(1),
            new Limits(Table.MAX_REGISTERS, Table.MAX_BITS, Limits.BY_COST),
            WriteRules.PROTOCOL,
            addresses.stream().map(at -> new ModbusPoint(Table.HOLDING, at, REGISTER)).toList(),
            addresses.stream().map(at -> "p" + at).toList());
    this.device = new ModbusDevice(memory, settings, new DeviceHooks(line, context, testEvery));
  }

  /** Points that are planned together, as those of one interval are; all of them by default. */
  void groups(List<int[]> together) {
    groups = together;
  }

  /** The points that the last cycle brought values of. */
  Set<Integer> good() {
    return good;
  }

  /** When the device asks for a new plan for the first time. */
  Future<Void> replanned() {
    return replanned.future();
  }

  /** Runs all polls once, each of the plan that is in force then. */
  void cycle() {
    cycles(1);
  }

  /** The same, some times in a row; no timer comes between. */
  void cycles(int count) {
    call(
        () -> {
          for (int i = 0; i < count; i++) {
            run();
          }
        });
  }

  private void run() {
    good.clear();
    if (replan) {
      replan = false;
      plan = groups.stream().flatMap(group -> device.plan(group).stream()).toList();
    }
    for (Poll poll : plan) {
      var how = new PollRequest(PollClass.POLL, 1_000_000_000L);
      if (device.run(poll, how).succeeded()) {
        IntStream.of(poll.points()).forEach(good::add);
      }
    }
  }

  void settle() {
    cycles(CYCLES);
  }

  void close() {
    call(device::close);
  }

  private void call(Runnable call) {
    Promise<Void> done = Promise.promise();
    line.context()
        .runOnContext(
            v -> {
              try {
                call.run();
                done.complete();
              } catch (RuntimeException e) {
                done.fail(e);
              }
            });
    await(done.future());
  }
}
