package dev.sluice.gateway.uplink;

import dev.sluice.driver.TimeSource;
import dev.sluice.gateway.batch.ClockAnchors;
import dev.sluice.gateway.outbox.dead.DeadLetters;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

/**
 * What the uplinks of a gateway share.
 *
 * @param letters where they keep what no broker took
 * @param anchors of boots in which the clock was not trusted at first
 * @param time of this machine
 */
public record UplinkSite(DeadLetters letters, ClockAnchors anchors, TimeSource time) {

  /** Finds out what there is; what cannot be read is told in the log and holds up nobody. */
  public Future<Void> start(Vertx vertx) {
    return letters.start().transform(done -> anchors.start(vertx)).transform(done -> none());
  }

  private static Future<Void> none() {
    return Future.succeededFuture();
  }
}
