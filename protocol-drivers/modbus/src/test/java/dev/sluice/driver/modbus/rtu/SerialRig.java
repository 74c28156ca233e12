package dev.sluice.driver.modbus.rtu;

import static dev.sluice.driver.testkit.LineUnderTest.await;

import dev.sluice.driver.Poll;
import dev.sluice.driver.PollClass;
import dev.sluice.driver.PollException;
import dev.sluice.driver.PollRequest;
import dev.sluice.driver.PollResult;
import dev.sluice.driver.ValueType;
import dev.sluice.driver.modbus.codec.Table;
import dev.sluice.driver.modbus.plan.DeviceTiming;
import dev.sluice.driver.modbus.plan.Limits;
import dev.sluice.driver.modbus.plan.ModbusPoint;
import dev.sluice.driver.modbus.plan.Planner;
import dev.sluice.driver.modbus.plan.Unit;
import dev.sluice.driver.modbus.plan.UnitListener;
import dev.sluice.driver.modbus.value.Format;
import dev.sluice.driver.modbus.value.WordOrder;
import dev.sluice.driver.serial.Parity;
import dev.sluice.driver.serial.PortOptions;
import dev.sluice.driver.testkit.Pty;
import dev.sluice.driver.testkit.TestLineContext;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/** A serial line with a scripted slave at its other end; for the thread of a test. */
final class SerialRig implements AutoCloseable {

  static final long PATIENT_MILLIS = 15_000;

  final Vertx vertx = Vertx.vertx();
  final TestLineContext context = await(TestLineContext.create(vertx));
  final Map<String, Integer> counted = new ConcurrentHashMap<>();
  final List<Long> delays = new java.util.concurrent.CopyOnWriteArrayList<>();
  final Pty pty;
  final PtySlave slave;
  final BusLink link;

  private final UnitListener listener =
      new UnitListener() {
        @Override
        public void count(String event) {
          counted.merge(event, 1, Integer::sum);
        }

        @Override
        public void late(long delayNanos, long timeoutNanos) {
          delays.add(delayNanos / 1_000_000);
        }

        @Override
        public void inTime() {}
      };

  SerialRig(PtySlave.Script script) {
    this(Echo.UNKNOWN, PortOptions.DEFAULT_BYTE_GAP, script);
  }

  /** At a path that may lead to another device later. */
  SerialRig(Path path, PtySlave.Script script) {
    this(Pty.open(path), Echo.NO, PortOptions.DEFAULT_BYTE_GAP, script);
  }

  SerialRig(Echo echo, Duration byteGap, PtySlave.Script script) {
    this(Pty.open(), echo, byteGap, script);
  }

  private SerialRig(Pty pty, Echo echo, Duration byteGap, PtySlave.Script script) {
    this.pty = pty;
    slave = new PtySlave(pty, script);
    var port = new PortOptions(pty.path().toString(), 115_200, 8, Parity.NONE, 1, null, byteGap);
    var options = new BusOptions("bus-a", Framing.RTU, port, null, 115_200, byteGap, echo);
    link = new BusLink(options, context);
    await(on(link::connect));
  }

  /** Runs a call on the line's context. */
  <T> Future<T> on(Callable<Future<T>> call) {
    Promise<T> done = Promise.promise();
    context
        .context()
        .runOnContext(
            v -> {
              try {
                call.call().onComplete(done);
              } catch (Exception e) {
                done.fail(e);
              }
            });
    return done.future();
  }

  Unit unit(int address) {
    return new Unit(address, DeviceTiming.PROTOCOL, listener);
  }

  Poll registers(int unit, int address, int count) {
    return registers(unit(unit), Table.HOLDING, address, count);
  }

  Poll registers(Unit unit, Table table, int address, int count) {
    var format = new Format(ValueType.UINT16, WordOrder.ABCD, -1, 1);
    var points =
        IntStream.range(address, address + count)
            .mapToObj(at -> new ModbusPoint(table, at, format))
            .toList();
    int[] all = IntStream.range(0, count).toArray();
    return link.prepare(unit, Planner.plan(points, all, Limits.PROTOCOL).get(0));
  }

  Future<PollResult> start(Poll poll, long timeoutMillis) {
    var how = new PollRequest(PollClass.POLL, timeoutMillis * 1_000_000);
    return on(() -> link.run(poll, how));
  }

  PollResult run(Poll poll) {
    return await(start(poll, PATIENT_MILLIS));
  }

  /** What a poll fails with. */
  PollException refusal(Poll poll, long timeoutMillis) {
    Throwable cause =
        await(
            start(poll, timeoutMillis).transform(result -> Future.succeededFuture(result.cause())));
    if (cause instanceof PollException refusal) {
      return refusal;
    }
    throw new AssertionError("expected a PollException, found " + cause, cause);
  }

  /** Whether these are the values of the registers that were asked for. */
  static boolean isRight(PollResult result, int unit, int address) {
    for (int i = 0; i < result.values().size(); i++) {
      if (!result.values().isGood(i)
          || result.values().bits(i) != PtySlave.value(unit, address + i)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() {
    await(on(link::close));
    slave.close();
    await(vertx.close());
    if (!context.violations().isEmpty()) {
      throw new AssertionError(context.violations());
    }
  }
}
