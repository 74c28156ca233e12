package dev.sluice.gateway.uplink.azure;

import dev.sluice.gateway.command.Answer;
import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What became, or becomes, of messages to this device that the hub does not know to be done. It
 * brings such a message again in the next connection; the answer is then the one to the first time,
 * and not that it was said before.
 */
final class Unsettled {

  /** A hub keeps 50 for a device. */
  private static final int MOST = 100;

  private final Map<String, Future<Answer>> answers = new LinkedHashMap<>();

  /** The answer to the message with this id; of one without, that of {@code first}. */
  Future<Answer> answer(String id, Supplier<Future<Answer>> first) {
    if (id.isEmpty()) {
      return first.get();
    }
    Future<Answer> known = answers.get(id);
    if (known != null) {
      return known;
    }
    Future<Answer> answer = first.get();
    answers.put(id, answer);
    if (answers.size() > MOST) {
      answers.remove(answers.keySet().iterator().next());
    }
    return answer;
  }

  /** The hub knows; or it was not taken, and is to be tried again. */
  void forget(String id) {
    answers.remove(id);
  }
}
