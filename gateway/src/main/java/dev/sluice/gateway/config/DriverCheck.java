package dev.sluice.gateway.config;

import dev.sluice.driver.Bus;
import dev.sluice.driver.Device;
import dev.sluice.driver.Driver;
import dev.sluice.driver.Line;
import dev.sluice.driver.Poll;
import dev.sluice.driver.SettingsException;
import dev.sluice.driver.SettingsProblem;
import dev.sluice.driver.ValueType;
import dev.sluice.driver.Values;
import dev.sluice.driver.Writable;
import dev.sluice.gateway.acquire.Commitment;
import dev.sluice.gateway.acquire.DeviceSpec;
import dev.sluice.gateway.acquire.LineSpec;
import dev.sluice.gateway.acquire.PointRules;
import dev.sluice.gateway.acquire.PointSpec;
import io.vertx.core.Future;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Lets each driver make its lines and devices from their settings and plan their polls, then throws
 * them away: what only a driver can see becomes a problem with a line number. Opens nothing.
 */
final class DriverCheck {

  /** What of a transaction is at least sending: the rest is silences and thinking, estimated. */
  private static final double TRANSMISSION = 0.7;

  private final Map<String, Driver> drivers;
  private final Problems problems;

  /** Which line has which port. */
  private final Map<String, String> media = new TreeMap<>();

  DriverCheck(Map<String, Driver> drivers, Problems problems) {
    this.drivers = drivers;
    this.problems = problems;
  }

  List<LinePlan> check(List<LineSpec> lines, List<DeviceSpec> devices) {
    var plans = new ArrayList<LinePlan>();
    for (LineSpec spec : lines) {
      Driver driver = drivers.get(spec.driver());
      if (driver == null) {
        throw new IllegalStateException("BUG: the schema let driver " + spec.driver() + " pass");
      }
      List<DeviceSpec> own = devices.stream().filter(d -> d.line().equals(spec.id())).toList();
      Pointer at = Pointer.of("lines", spec.id());
      var context = new DryRun();
      Line line = guarded(at, () -> driver.createLine(spec.settings(), context));
      if (line != null) {
        alone(at, spec.id(), line);
        plans.add(plan(spec, line, own, context));
        closed(at, line);
      }
    }
    return plans;
  }

  /** A serial port has one user: two lines on one would throw each other out. */
  private void alone(Pointer at, String id, Line line) {
    if (line instanceof Bus bus) {
      String other = media.putIfAbsent(bus.medium(), id);
      if (other != null) {
        problems.add(
            at,
            "the port " + Texts.printable(bus.medium(), 200) + ", which line " + other + " has",
            "a port of its own",
            "put the devices of both on one line");
      }
    }
  }

  private LinePlan plan(LineSpec spec, Line line, List<DeviceSpec> devices, DryRun context) {
    int points = 0;
    int polls = 0;
    double rate = 0;
    var commitment = new Commitment();
    for (DeviceSpec device : devices) {
      points += device.points().size();
      Pointer at = Pointer.of("devices", device.id());
      Device made = guarded(at, () -> line.addDevice(device.settings(), context));
      if (made == null) {
        continue;
      }
      types(at, device, made);
      writable(at, device, made);
      Poll longest = null;
      for (Map.Entry<Duration, int[]> group : byInterval(device.points()).entrySet()) {
        List<Poll> planned = guarded(at, () -> made.plan(group.getValue()));
        double perSecond = 1e9 / group.getKey().toNanos();
        for (Poll poll : planned == null ? List.<Poll>of() : planned) {
          polls++;
          rate += perSecond;
          commitment.add(device.id(), group.getKey(), poll.busNanos());
          longest = longest == null || longest.replyNanos() < poll.replyNanos() ? poll : longest;
        }
      }
      timing(at, device, longest, line);
      made.close();
    }
    String speed = line instanceof Bus bus ? bus.speed() : "";
    if (commitment.isTooMuch()) {
      problems.warn(
          Pointer.of("lines", spec.id()),
          "polls that need " + commitment.words(speed),
          "at most 100 %",
          "some will be late; read less often, or fewer points");
    }
    double share = commitment.share();
    return new LinePlan(spec.id(), spec.driver(), devices.size(), points, polls, rate, share);
  }

  /** A reply that takes longer to be sent than it may take to come can never come in time. */
  private void timing(Pointer at, DeviceSpec device, @Nullable Poll longest, Line line) {
    if (longest != null && line instanceof Bus bus) {
      long needed = longest.replyNanos() / 1_000_000 + 1;
      if (device.timeout().toMillis() < needed * TRANSMISSION) {
        problems.add(
            at.then("timeout"),
            device.timeout().toMillis() + "ms",
            "at least " + needed + "ms",
            longest.describe()
                + " takes as long at "
                + bus.speed()
                + "; three times that leaves room");
      }
    }
  }

  private void types(Pointer at, DeviceSpec device, Device made) {
    for (int i = 0; i < device.points().size(); i++) {
      int index = i;
      Pointer point = at.then("points").then(device.settings().points().get(i).name());
      ValueType type = guarded(point, () -> made.type(index));
      if (type != ValueType.BOOL && type != ValueType.STRING) {
        continue;
      }
      PointRules rules = device.points().get(i).rules();
      refuse(rules.scale().compareTo(BigDecimal.ONE) != 0, point.then("scale"), type);
      refuse(rules.offset().signum() != 0, point.then("offset"), type);
      refuse(rules.min() != null, point.then("min"), type);
      refuse(rules.max() != null, point.then("max"), type);
      boolean wide = rules.deadband() != null && rules.deadband().width() > 0;
      refuse(wide, point.then("deadband"), type);
    }
  }

  /** A point that could never be written to should not say that it may be. */
  private void writable(Pointer at, DeviceSpec device, Device made) {
    for (int i = 0; i < device.points().size(); i++) {
      if (!device.points().get(i).writable()) {
        continue;
      }
      int[] point = {i};
      Pointer key = at.then("points").then(device.settings().points().get(i).name());
      if (!(made instanceof Writable writing)) {
        problems.add(
            key.then("writable"), "true", "false", "the driver of this line can only read");
      } else if (made.type(i) != ValueType.STRING) {
        guarded(at, () -> writing.planWrite(point, new Values.Builder(1).build()));
      }
    }
  }

  private void refuse(boolean given, Pointer at, ValueType type) {
    if (given) {
      boolean deadband = at.steps().get(at.steps().size() - 1).equals("deadband");
      problems.add(
          at,
          Texts.found(problems.written(at)) + " for a " + type.word(),
          deadband ? "0, which sends every change, or no deadband" : "a point with numbers",
          "");
    }
  }

  private static Map<Duration, int[]> byInterval(List<PointSpec> points) {
    var groups = new TreeMap<Duration, List<Integer>>();
    for (int i = 0; i < points.size(); i++) {
      groups.computeIfAbsent(points.get(i).every(), every -> new ArrayList<>()).add(i);
    }
    var arrays = new TreeMap<Duration, int[]>();
    groups.forEach(
        (every, indices) ->
            arrays.put(every, indices.stream().mapToInt(Integer::intValue).toArray()));
    return arrays;
  }

  private interface Step<T> {
    T run() throws SettingsException;
  }

  /** The outcome, or nothing and a problem: a driver that breaks must not break the check. */
  private <T> @Nullable T guarded(Pointer at, Step<T> step) {
    try {
      return step.run();
    } catch (SettingsException e) {
      for (SettingsProblem p : e.problems()) {
        Pointer where = at.thenPath(p.path());
        problems.add(where, p.found(), p.expected(), p.hint());
      }
    } catch (RuntimeException | StackOverflowError e) {
      problems.add(
          at,
          "settings that break the driver (" + Texts.printable(e.toString(), 200) + ")",
          "settings that it can work with",
          "this is a fault of the driver; please report it");
    }
    return null;
  }

  private void closed(Pointer at, Line line) {
    Future<Void> closing = guarded(at, line::close);
    if (closing != null && closing.failed()) {
      problems.warn(at, "a line that does not close: " + closing.cause(), "no failure", "");
    }
  }
}
