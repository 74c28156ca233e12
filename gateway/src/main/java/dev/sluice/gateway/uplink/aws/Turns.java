package dev.sluice.gateway.uplink.aws;

import io.vertx.core.Vertx;
import java.time.Duration;

/** Pauses on the one context on which a conversation lives. */
@FunctionalInterface
interface Turns {

  /** What ends a pause before its time. */
  @FunctionalInterface
  interface Pause {
    void cancel();
  }

  /** After a pause. */
  Pause later(Duration pause, Runnable what);

  /** Those of the context on which they are asked for. */
  static Turns of(Vertx vertx) {
    return (pause, what) -> {
      long timer = vertx.setTimer(Math.max(1, pause.toMillis()), ignored -> what.run());
      return () -> vertx.cancelTimer(timer);
    };
  }
}
