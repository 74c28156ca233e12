package dev.sluice.gateway.outbox;

import dev.sluice.gateway.outbox.log.Entry;
import io.vertx.core.Context;
import io.vertx.core.Promise;

/**
 * A record that was accepted and is not durable yet.
 *
 * @param caller the context that its promise completes on
 * @param sinceNanos when it was accepted, monotonic
 */
record Pending(Entry entry, Promise<Long> promise, Context caller, long sinceNanos) {

  int bytes() {
    return entry.payload().length;
  }
}
