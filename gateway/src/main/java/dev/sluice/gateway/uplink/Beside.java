package dev.sluice.gateway.uplink;

import dev.sluice.gateway.uplink.mqtt.MqttSession;
import dev.sluice.gateway.uplink.mqtt.Publication;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.HashMap;
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
