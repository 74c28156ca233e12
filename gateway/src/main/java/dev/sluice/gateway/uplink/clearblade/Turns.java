package dev.sluice.gateway.uplink.clearblade;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;

/** Later turns of the one context on which a conversation lives. */
interface Turns {

  /** In a turn of its own; from any thread. */
  void soon(Runnable what);

  /** After a pause. */
  void later(Duration pause, Runnable what);

  /** Those of a context. */
  static Turns of(Vertx vertx, Context context) {
    return new Turns() {
      @Override
      public void soon(Runnable what) {
        context.runOnContext(ignored -> what.run());
      }

      @Override
      public void later(Duration pause, Runnable what) {
        vertx.setTimer(Math.max(1, pause.toMillis()), ignored -> what.run());
      }
    };
  }
}
