package dev.sluice.gateway.acquire;

import dev.sluice.driver.Quality;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** Notices when devices that send by themselves stop sending. On the line's context. */
final class SilenceWatch {

  /** A device is down when it missed this many of its intervals. */
  private static final int MISSED_PUSHES = 3;

  private final Vertx vertx;
  private final BooleanSupplier connected;
  private final Map<DeviceLoop, Long> timers = new HashMap<>();

  SilenceWatch(Vertx vertx, BooleanSupplier connected) {
    this.vertx = vertx;
    this.connected = connected;
  }

  /** The device sent something, or is new. */
  void heard(DeviceLoop device) {
    forget(device);
    long limit = device.spec.timeout().toMillis();
    for (PointSpec point : device.spec.points()) {
      limit = Math.max(limit, MISSED_PUSHES * point.every().toMillis());
    }
    long silence = limit;
    timers.put(
        device,
        vertx.setTimer(
            silence,
            id -> {
              if (connected.getAsBoolean()) {
                device.goDown(Quality.TIMEOUT, "sent nothing for " + silence + " ms");
              }
              heard(device);
            }));
  }

  void forget(DeviceLoop device) {
    Long timer = timers.remove(device);
    if (timer != null) {
      vertx.cancelTimer(timer);
    }
  }

  void close() {
    timers.values().forEach(vertx::cancelTimer);
    timers.clear();
  }
}
