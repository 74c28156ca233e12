package dev.sluice.gateway.acquire;

import dev.sluice.driver.Values;
import io.vertx.core.Future;
import java.util.function.Supplier;

/**
 * A device on its line, as it is configured now. Of no use once that changes: then its writes fail,
 * so that an index never means another point. From any thread.
 */
public final class RunningDevice {

  private final LineVerticle line;
  private final DeviceLoop loop;

  RunningDevice(LineVerticle line, DeviceLoop loop) {
    this.line = line;
    this.loop = loop;
  }

  public DeviceDefinition definition() {
    return loop.definition;
  }

  /** Whether the owner allows to write to a point. */
  public boolean isWritable(int point) {
    return loop.spec.points().get(point).writable();
  }

  /**
   * Writes points, before the polls that wait, and has them read again.
   *
   * @param points indices of the device's points
   * @param values raw ones, in this order
   * @param objection asked on the line's context, when their turn has come, why they must not be
   *     written any more; empty if they may
   * @return completes when the device confirmed all of it; fails with a {@link WriteException}, or
   *     with a {@link dev.sluice.driver.SettingsException} for values that the driver cannot write,
   *     and then nothing was sent
   */
  public Future<Void> write(int[] points, Values values, Supplier<String> objection) {
    return line.write(loop, points, values, objection);
  }
}
