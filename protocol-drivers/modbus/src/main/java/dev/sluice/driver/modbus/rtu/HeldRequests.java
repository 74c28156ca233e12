package dev.sluice.driver.modbus.rtu;

import dev.sluice.driver.LineContext;
import dev.sluice.driver.PollFailure;
import dev.sluice.driver.Quality;
import dev.sluice.driver.modbus.plan.Answer;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Requests that wait until no late reply can be taken for one to them. On the line's context. */
final class HeldRequests {

  private final LineContext context;
  private final Function<Transaction, Future<Answer>> again;
  private final Map<Transaction, Long> timers = new HashMap<>();

  /**
   * None yet.
   *
   * @param again takes a request up when its time has come
   */
  HeldRequests(LineContext context, Function<Transaction, Future<Answer>> again) {
    this.context = context;
    this.again = again;
  }

  void hold(Transaction transaction, long nanos) {
    long millis = Math.max(1, (nanos + 999_999) / 1_000_000);
    timers.put(
        transaction,
        context
            .vertx()
            .setTimer(
                millis,
                id -> {
                  timers.remove(transaction);
                  var unused = again.apply(transaction);
                }));
  }

  /** The line is gone: they fail. */
  void release(String reason) {
    for (Transaction transaction : List.copyOf(timers.keySet())) {
      Long timer = timers.remove(transaction);
      if (timer != null) {
        context.vertx().cancelTimer(timer);
      }
      transaction.fail(PollFailure.LINE_DOWN, Quality.DISCONNECTED, reason, 0, 0);
    }
  }
}
