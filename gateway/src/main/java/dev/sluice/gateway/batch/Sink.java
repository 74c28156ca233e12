package dev.sluice.gateway.batch;

import dev.sluice.gateway.outbox.RecordKind;
import io.vertx.core.Future;

/** Where records go: the outbox, as far as this stage knows it. */
@FunctionalInterface
interface Sink {

  /** Completes on the caller's context, with the seq of the record, once it is durable. */
  Future<Long> append(RecordKind kind, byte[] payload, int readings);
}
