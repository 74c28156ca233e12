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

/**
 * What was asked with SUBSCRIBE, until SUBACK answers it. More than {@value #AT_ONCE} filters go in
 * several packets, one after the other: there are platforms that refuse more in one.
 */
final class Question {

  /** MQTT 3.1.1, 3.9.3. */
  private static final int REFUSED = 0x80;

  private static final int AT_ONCE = 8;

  private @Nullable Promise<List<String>> open;
  private final List<String> refused = new ArrayList<>();
  private List<String> filters = List.of();
  private Runnable next = () -> {};
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
    since = nowNanos;
    refused.clear();
    ask(client, List.copyOf(wanted), failed);
    return answer.future();
  }

  private void ask(MqttClient client, List<String> wanted, Handler<Throwable> failed) {
    int count = Math.min(AT_ONCE, wanted.size());
    filters = wanted.subList(0, count);
    List<String> rest = wanted.subList(count, wanted.size());
    next = rest.isEmpty() ? this::answered : () -> ask(client, rest, failed);
    id = 0;
    var levels = new LinkedHashMap<String, Integer>();
    filters.forEach(filter -> levels.put(filter, MqttQoS.AT_LEAST_ONCE.value()));
    try {
      client.subscribe(levels).onSuccess(of -> id = of).onFailure(failed);
    } catch (RuntimeException e) {
      failed.handle(e); // the client lost the connection and has not said so yet
    }
  }

  private void answered() {
    Promise<List<String>> answer = open;
    open = null;
    if (answer != null) {
      answer.complete(List.copyOf(refused));
    }
  }

  /** Takes an answer; false when it is not one to this question. */
  boolean answered(int of, List<Integer> levels) {
    if (open == null || (id != 0 && of != id)) {
      return false;
    }
    for (int i = 0; i < filters.size(); i++) {
      if (i >= levels.size() || levels.get(i) == REFUSED) {
        refused.add(filters.get(i));
      }
    }
    next.run();
    return true;
  }

  /** For how long the answer is owed, ns; 0 when none is. */
  long age(long nowNanos) {
    return open == null ? 0 : nowNanos - since;
  }
}
