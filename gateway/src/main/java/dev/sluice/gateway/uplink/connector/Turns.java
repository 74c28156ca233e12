package dev.sluice.gateway.uplink.connector;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * Later turns of the one context on which a conversation lives. All but {@link #soon} is of that
 * context.
 */
public interface Turns {

  /** What ends a pause before its time; nothing when it is over. */
  @FunctionalInterface
  interface Pause {
    void cancel();
  }

  /** In a turn of its own, after what waits already; from any thread. */
  void soon(Runnable what);

  /**
   * After a pause, unless all were stopped before.
   *
   * @param pause at least a millisecond passes in any case
   */
  Pause later(Duration pause, Runnable what);

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
      public Pause later(Duration pause, Runnable what) {
        if (stopped) {
          return () -> {};
        }
        long timer =
            vertx.setTimer(
                Math.max(1, pause.toMillis()),
                due -> {
                  timers.remove(due);
                  what.run();
                });
        timers.add(timer);
        return () -> {
          timers.remove(timer);
          vertx.cancelTimer(timer);
        };
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
