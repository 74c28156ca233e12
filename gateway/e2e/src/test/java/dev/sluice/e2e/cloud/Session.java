package dev.sluice.e2e.cloud;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** What outlives a connection when its client asked for that. On the event loop only. */
final class Session {

  /**
   * A message on its way down; {@code done} with its PUBACK, at QoS 0 with its write.
   *
   * @param fresh whether it waits for a client that has never seen it
   */
  record Delivery(String topic, byte[] payload, boolean fresh, CompletableFuture<Void> done) {}

  final String clientId;
  final boolean clean;
  final Map<String, Integer> subscriptions = new LinkedHashMap<>();
  private final Map<Integer, Delivery> unacknowledged = new LinkedHashMap<>();
  private int lastId;

  /** Valid while connected, null otherwise. */
  Client client;

  Session(String clientId, boolean clean) {
    this.clientId = clientId;
    this.clean = clean;
  }

  /** The QoS at which it takes a topic, or -1. */
  int qosFor(String topic) {
    return subscriptions.entrySet().stream()
        .filter(entry -> Filters.matches(entry.getKey(), topic))
        .mapToInt(Map.Entry::getValue)
        .max()
        .orElse(-1);
  }

  /** Keeps a message until its PUBACK, and gives its packet id. */
  int keep(Delivery delivery) {
    do {
      lastId = lastId % 65_535 + 1;
    } while (unacknowledged.containsKey(lastId));
    unacknowledged.put(lastId, delivery);
    return lastId;
  }

  /** Whether there was such a message. */
  boolean acknowledge(int packetId) {
    Delivery delivery = unacknowledged.remove(packetId);
    if (delivery != null) {
      delivery.done().complete(null);
    }
    return delivery != null;
  }

  Map<Integer, Delivery> unacknowledged() {
    return new LinkedHashMap<>(unacknowledged);
  }

  /** Nobody will come back for what is left. */
  void discard(String reason) {
    List<Delivery> left = new ArrayList<>(unacknowledged.values());
    unacknowledged.clear();
    left.forEach(
        delivery -> delivery.done().completeExceptionally(new UndeliveredException(reason)));
  }
}
