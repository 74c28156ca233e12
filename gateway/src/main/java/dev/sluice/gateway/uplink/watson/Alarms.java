package dev.sluice.gateway.uplink.watson;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/** Later turns of the one context on which a conversation lives. */
@FunctionalInterface
interface Alarms {

  /** After a pause, unless they were stopped before. */
  void later(Duration pause, Runnable what);

  /** Nothing comes later any more: who waits would keep the whole conversation until then. */
  default void stop() {}

  /** Those of the context on which they are asked for. */
  static Alarms of(Vertx vertx) {
    return new Alarms() {
      private final Set<Long> timers = new HashSet<>();
      private boolean stopped;

      @Override
      public void later(Duration pause, Runnable what) {
        if (stopped) {
          return;
        }
        timers.add(
            vertx.setTimer(
                Math.max(1, pause.toMillis()),
                timer -> {
                  timers.remove(timer);
                  what.run();
                }));
      }

      @Override
      public void stop() {
        stopped = true;
        timers.forEach(vertx::cancelTimer);
        timers.clear();
      }
    };
  }
}
