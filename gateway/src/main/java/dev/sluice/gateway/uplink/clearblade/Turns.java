package dev.sluice.gateway.uplink.clearblade;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/** Later turns of the one context on which a conversation lives. */
interface Turns {

  /** In a turn of its own; from any thread. */
  void soon(Runnable what);

  /** After a pause, unless it was stopped before. */
  void later(Duration pause, Runnable what);

  /** Nothing comes later any more: who waits would keep the whole conversation until then. */
  default void stop() {}

  /** Those of a context. */
  static Turns of(Vertx vertx, Context context) {
    return new Turns() {
      private final Set<Long> timers = new HashSet<>();
      private boolean stopped;

      @Override
      public void soon(Runnable what) {
        context.runOnContext(ignored -> what.run());
      }

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
