package dev.sluice.e2e.cloud.aws;

import dev.sluice.e2e.cloud.Client;
import dev.sluice.e2e.cloud.Emulation;
import dev.sluice.e2e.cloud.Filters;
import dev.sluice.e2e.cloud.Received;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Passes messages to whoever has subscribed and may receive them. On the event loop. */
final class FanOut {

  private static final Pattern AS_IT_IS = Pattern.compile("\"as-it-is:([A-Za-z0-9+/=]*)\"");

  private final BiPredicate<Client, String> mayReceive;
  private final Map<String, byte[]> retained = new LinkedHashMap<>();
  private Emulation emulation;

  FanOut(BiPredicate<Client, String> mayReceive) {
    this.mayReceive = mayReceive;
  }

  void through(Emulation started) {
    emulation = started;
  }

  Emulation emulation() {
    return emulation;
  }

  void pass(Received message) {
    if (message.retained()) {
      retained.put(message.topic(), message.payload());
    }
    publish(message.topic(), message.payload(), message.qos());
  }

  void publish(String topic, JsonObject body) {
    publish(topic, bytes(body), 1);
  }

  /** A value of what is published that is any text, and need be no JSON. */
  static String asItIs(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return "as-it-is:" + Base64.getEncoder().encodeToString(bytes);
  }

  private static byte[] bytes(JsonObject body) {
    return AS_IT_IS
        .matcher(body.encode())
        .replaceAll(found -> Matcher.quoteReplacement(text(found.group(1))))
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String text(String encoded) {
    return new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
  }

  void publish(String topic, byte[] payload, int qos) {
    for (Client client : emulation.clients()) {
      if (mayReceive.test(client, topic)) {
        client.send(topic, payload, qos);
      }
    }
    if (qos > 0) {
      emulation.keepForAbsent(topic, payload);
    }
  }

  /** Answers a client that need not have subscribed, beside all that have. */
  void answer(Client client, String topic, JsonObject body) {
    publish(topic, body);
    boolean subscribed =
        client.subscriptions().stream().anyMatch(filter -> Filters.matches(filter, topic));
    if (!subscribed && mayReceive.test(client, topic)) {
      client.sendUnasked(topic, bytes(body), 0);
    }
  }

  /** What was retained for a new subscription; a filter with wildcards gets nothing here. */
  void greet(Client client, String filter) {
    byte[] payload = retained.get(filter);
    if (payload != null && mayReceive.test(client, filter)) {
      client.send(filter, payload, 1);
    }
  }
}
