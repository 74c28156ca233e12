package dev.sluice.gateway.uplink.azure;

import io.vertx.core.Vertx;
import java.time.Duration;

/** Later turns of the context of a connection. */
@FunctionalInterface
interface Later {

  /** After a pause. */
  void run(Duration pause, Runnable what);

  /** On the context that is current. */
  static Later on(Vertx vertx) {
    return (pause, what) -> vertx.setTimer(Math.max(1, pause.toMillis()), ignored -> what.run());
  }
}
