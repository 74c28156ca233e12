package dev.sluice.e2e.cloud.azure;

import dev.sluice.e2e.cloud.Client;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;

/** Cloud-to-device messages of one device until it has acknowledged them. On the event loop. */
final class Mailbox {

  private static final int MESSAGES = 50;
  private static final int BYTES = 64 << 10;

  private record Letter(String topic, byte[] body, CompletableFuture<Void> done) {}

  private final Deque<Letter> waiting = new ArrayDeque<>();
  private int sent;

  /** Completes with the PUBACK of the device, whenever it comes. */
  CompletableFuture<Void> put(String topic, byte[] body) {
    if (waiting.size() + sent >= MESSAGES || body.length > BYTES) {
      return CompletableFuture.failedFuture(new IllegalStateException("the mailbox is full"));
    }
    var letter = new Letter(topic, body, new CompletableFuture<>());
    waiting.add(letter);
    return letter.done();
  }

  /** Sends all that waits; what is not acknowledged before a clean session ends comes back. */
  void deliver(Client client) {
    for (Letter letter = waiting.poll(); letter != null; letter = waiting.poll()) {
      Letter out = letter;
      sent++;
      client
          .send(out.topic(), out.body(), 1)
          .whenComplete(
              (done, failure) -> {
                sent--;
                if (failure == null) {
                  out.done().complete(null);
                } else {
                  waiting.add(out);
                }
              });
      if (waiting.peekLast() == out) {
        return; // nobody listens
      }
    }
  }
}
