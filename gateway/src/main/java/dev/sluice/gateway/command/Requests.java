package dev.sluice.gateway.command;

import io.vertx.core.Future;

/** Takes what platforms want of this gateway; from any thread. */
public interface Requests {

  /** Refuses everything. */
  Requests NONE =
      request -> Future.succeededFuture(Answer.of(Answer.REFUSED, "nothing takes requests here"));

  /** Does it, or says why not. Does not fail; completes on the context of who asked. */
  Future<Answer> take(Request request);
}
