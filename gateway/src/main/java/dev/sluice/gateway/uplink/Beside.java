package dev.sluice.gateway.uplink;

import dev.sluice.gateway.uplink.mqtt.MqttSession;
import dev.sluice.gateway.uplink.mqtt.Publication;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What one session sends beside the records: births, states, answers. */
final class Beside {

  /** Its tokens are below this one. */
  private static final long FIRST = Resend.TOKEN;

  private final Map<Long, Promise<Void>> said = new HashMap<>();
  private long last = FIRST;

  /** Completes when the broker has it; not at all when the connection ends before. */
  Future<Void> publish(Publication message, MqttSession session) {
    Promise<Void> arrived = Promise.promise();
    if (session.isConnected()) {
      said.put(--last, arrived);
      session.publish(message, last);
    }
    return arrived.future();
  }

  /** Waits no more for the acknowledgement of what was published so. */
  void withdraw(Future<Void> publication, MqttSession session) {
    for (Map.Entry<Long, Promise<Void>> each : said.entrySet()) {
      if (each.getValue().future() == publication) {
        said.remove(each.getKey());
        session.withdraw(each.getKey());
        return;
      }
    }
  }

  /** Fails when a question is open. */
  static Future<List<String>> subscribe(List<String> filters, MqttSession session) {
    return session.isConnected() && !session.isAsking()
        ? session.subscribe(filters)
        : Future.failedFuture("not now");
  }

  /** Whether the token is one of these. */
  boolean takes(long token) {
    if (token >= FIRST) {
      return false;
    }
    Promise<Void> arrived = said.remove(token);
    if (arrived != null) {
      arrived.complete();
    }
    return true;
  }
}
