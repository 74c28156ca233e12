package dev.sluice.gateway.uplink.watson;

import io.vertx.core.Vertx;
import java.time.Duration;

/** Later turns of the one context on which a conversation lives. */
@FunctionalInterface
interface Alarms {

  void later(Duration pause, Runnable what);

  /** Those of the context on which they are asked for. */
  static Alarms of(Vertx vertx) {
    return (pause, what) -> vertx.setTimer(Math.max(1, pause.toMillis()), ignored -> what.run());
  }
}
