package dev.sluice.gateway.uplink;

import dev.sluice.driver.TimeSource;
import dev.sluice.gateway.batch.ClockAnchors;
import dev.sluice.gateway.outbox.dead.DeadLetters;
import dev.sluice.gateway.uplink.connector.ConnectorSite;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the uplinks of a gateway share.
 *
 * @param letters where they keep what no broker took
 * @param connectors what connectors may ask for
 * @param anchors of boots in which the clock was not trusted at first
 * @param time of this machine
 */
public record UplinkSite(
    DeadLetters letters, ConnectorSite connectors, ClockAnchors anchors, TimeSource time) {

  private static final Logger LOG = LoggerFactory.getLogger(UplinkSite.class);

  /** Without anchors readings go uncorrected: worth a moment, and not worth a gateway. */
  private static final long ANCHORS_MILLIS = 2_000;

  /**
   * Finds out what there is. What cannot be read is told in the log and holds up nobody: completes
   * within a few seconds also when a disk hangs, and never fails.
   */
  public Future<Void> start(Vertx vertx) {
    letters.start().onFailure(cause -> tell(cause.toString(), "dead letters not counted"));
    Promise<Void> known = Promise.promise();
    long timer =
        vertx.setTimer(
            ANCHORS_MILLIS,
            ignored -> {
              if (known.tryComplete()) {
                tell("not read within " + ANCHORS_MILLIS + " ms", "starting without clock anchors");
              }
            });
    anchors
        .start(vertx)
        .onFailure(cause -> tell(cause.toString(), "clock anchors not readable"))
        .onComplete(
            done -> {
              vertx.cancelTimer(timer);
              known.tryComplete();
            });
    return known.future();
  }

  private static void tell(String reason, String what) {
    LOG.atWarn().addKeyValue("reason", reason).log(what);
  }
}
