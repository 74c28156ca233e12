package dev.sluice.gateway.outbox;

import io.vertx.core.Context;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings results of our own threads to the contexts that wait for them. */
final class Completion {

  private static final Logger LOG = LoggerFactory.getLogger(Completion.class);

  private Completion() {}

  /** The records are durable, the first with the given seq; one hop per run of one context. */
  static void succeed(List<Pending> records, long first) {
    int from = 0;
    while (from < records.size()) {
      Context caller = records.get(from).caller();
      int to = from + 1;
      while (to < records.size() && records.get(to).caller() == caller) {
        to++;
      }
      List<Pending> run = records.subList(from, to);
      long seq = first + from;
      on(
          caller,
          () -> {
            long next = seq;
            for (Pending record : run) {
              record.promise().tryComplete(next++); // once, if two queues had it
            }
          });
      from = to;
    }
  }

  static void fail(List<Pending> records, OutboxException why) {
    for (Pending record : records) {
      on(record.caller(), () -> record.promise().tryFail(why));
    }
  }

  /** Runs on the context, unless that is gone with its Vert.x: then nobody waits any more. */
  static void on(Context context, Runnable action) {
    try {
      context.runOnContext(ignored -> action.run());
    } catch (RejectedExecutionException e) {
      LOG.atDebug().setCause(e).log("outbox result for a context that is gone");
    }
  }
}
