package dev.sluice.gateway.command;

import io.vertx.core.Future;

/** Takes what upstream wants done; from any thread. */
public interface Commands {

  /** Refuses everything. */
  Commands NONE =
      request ->
          Future.succeededFuture(
              new WriteOutcome(WriteOutcome.Result.REFUSED, "nothing takes commands here"));

  /** Writes one point. Does not fail: what went wrong is the outcome. */
  Future<WriteOutcome> write(WriteRequest request);
}
