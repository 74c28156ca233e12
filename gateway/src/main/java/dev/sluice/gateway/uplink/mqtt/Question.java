package dev.sluice.gateway.uplink.mqtt;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.mqtt.MqttClient;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What was asked with SUBSCRIBE, until SUBACK answers it. */
final class Question {

  /** MQTT 3.1.1, 3.9.3. */
  private static final int REFUSED = 0x80;

  private @Nullable Promise<List<String>> open;
  private List<String> filters = List.of();
  private int id;
  private long since;

  boolean isOpen() {
    return open != null;
  }

  /**
   * Asks for all at QoS 1.
   *
   * @param failed hears when it cannot be written
   * @return the filters that were refused
   */
  Future<List<String>> ask(
      MqttClient client, List<String> wanted, long nowNanos, Handler<Throwable> failed) {
    Promise<List<String>> answer = Promise.promise();
    open = answer;
    filters = List.copyOf(wanted);
    id = 0;
    since = nowNanos;
    var levels = new LinkedHashMap<String, Integer>();
    filters.forEach(filter -> levels.put(filter, MqttQoS.AT_LEAST_ONCE.value()));
    try {
      client.subscribe(levels).onSuccess(of -> id = of).onFailure(failed);
    } catch (RuntimeException e) {
      failed.handle(e); // the client lost the connection and has not said so yet
    }
    return answer.future();
  }

  /** Takes an answer; false when it is not one to this question. */
  boolean answered(int of, List<Integer> levels) {
    Promise<List<String>> answer = open;
    if (answer == null || (id != 0 && of != id)) {
      return false;
    }
    open = null;
    var refused = new ArrayList<String>();
    for (int i = 0; i < filters.size(); i++) {
      if (i >= levels.size() || levels.get(i) == REFUSED) {
        refused.add(filters.get(i));
      }
    }
    answer.complete(refused);
    return true;
  }

  /** For how long the answer is owed, ns; 0 when none is. */
  long age(long nowNanos) {
    return open == null ? 0 : nowNanos - since;
  }
}
