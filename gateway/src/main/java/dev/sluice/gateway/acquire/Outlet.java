package dev.sluice.gateway.acquire;

import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;

/**
 * Where a line's blocks leave over the event bus. Each is a request; its reply is the permit that
 * says it was admitted to a batcher's bounded memory. The bus has no back-pressure of its own, so
 * the number of blocks under way is bounded here. On the line's context.
 */
final class Outlet {

  private final Vertx vertx;
  private final DeliveryOptions delivery;
  private final int ingest;
  private final int permits;
  private final LineCounters counters;
  private int underWay;

  Outlet(Vertx vertx, AcquireOptions options, int ingest, LineCounters counters) {
    this.vertx = vertx;
    this.delivery =
        new DeliveryOptions()
            .setLocalOnly(true)
            .setCodecName(AcquiredCodec.NAME)
            .setSendTimeout(options.permitTimeout().toMillis());
    this.ingest = ingest;
    this.permits = options.permits();
    this.counters = counters;
  }

  /** No permit is left: due polls are skipped. */
  boolean isFull() {
    return underWay >= permits;
  }

  /**
   * Sends without looking at the permits: device states and bad qualities must not be skipped, and
   * there are few of them. A device always goes to the same address, which keeps its order.
   */
  void send(Acquired acquired) {
    underWay++;
    int readings = acquired instanceof ReadingBlock block ? block.size() : 0;
    vertx
        .eventBus()
        .request(Acquired.address(acquired.device().id(), ingest), acquired, delivery)
        .onComplete(
            reply -> {
              underWay--;
              counters.admitted(readings, reply.succeeded() ? "" : reason(reply.cause()));
            });
  }

  private static String reason(Throwable cause) {
    if (cause instanceof ReplyException failure) {
      return failure.failureType() == ReplyFailure.RECIPIENT_FAILURE
          ? String.valueOf(failure.getMessage())
          : failure.failureType() == ReplyFailure.TIMEOUT ? "permit_timeout" : "no_batcher";
    }
    return "permit_error";
  }
}
