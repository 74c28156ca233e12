package dev.sluice.gateway.command;

import dev.sluice.driver.ValueType;
import dev.sluice.driver.Values;
import dev.sluice.gateway.acquire.PointDefinition;
import dev.sluice.gateway.acquire.PointRules;
import dev.sluice.gateway.acquire.WriteException;
import io.vertx.core.Future;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/**
 * A boiler and two uplinks, of which {@code cloud} may command; what was written to it is a list of
 * {@code point=raw}.
 */
final class FakeSite implements CommandSite {

  private static final PointRules SCALED =
      new PointRules(
          new BigDecimal("0.5"),
          BigDecimal.TEN,
          null,
          Duration.ZERO,
          Duration.ZERO,
          BigDecimal.ZERO,
          new BigDecimal(60));

  final Queue<String> written = new ConcurrentLinkedQueue<>();

  /** What the device does. */
  volatile Supplier<Future<Void>> device = Future::succeededFuture;

  /** Called before its turn comes. */
  volatile Runnable waiting = () -> {};

  @Override
  public boolean knows(String uplink) {
    return uplink.equals("cloud") || uplink.equals("deaf");
  }

  @Override
  public boolean mayCommand(String uplink) {
    return uplink.equals("cloud");
  }

  @Override
  public Target device(String id) {
    return id.equals("boiler") ? new Boiler() : null;
  }

  private final class Boiler implements Target {

    private final List<PointDefinition> points =
        List.of(
            new PointDefinition("shown", "", ValueType.INT16, PointRules.NONE),
            new PointDefinition("setpoint", "°C", ValueType.INT16, SCALED),
            new PointDefinition("burner", "", ValueType.BOOL, PointRules.NONE),
            new PointDefinition("label", "", ValueType.STRING, PointRules.NONE),
            new PointDefinition("price", "", ValueType.DECIMAL, PointRules.NONE),
            new PointDefinition("level", "", ValueType.FLOAT32, PointRules.NONE));

    @Override
    public List<PointDefinition> points() {
      return points;
    }

    @Override
    public boolean isWritable(int point) {
      return point > 0;
    }

    @Override
    public Future<Void> write(int point, Values raw, Supplier<String> objection) {
      waiting.run();
      String why = objection.get();
      if (!why.isEmpty()) {
        return Future.failedFuture(new WriteException(WriteException.Outcome.NOT_DONE, why));
      }
      written.add(points.get(point).name() + "=" + text(points.get(point).type(), raw));
      return device.get();
    }

    private static String text(ValueType type, Values raw) {
      return switch (type) {
        case STRING -> raw.text(0);
        case DECIMAL -> BigDecimal.valueOf(raw.bits(0), raw.scale(0)).toString();
        case FLOAT32 -> Double.toString(raw.number(0));
        default -> Long.toString(raw.bits(0));
      };
    }
  }
}
