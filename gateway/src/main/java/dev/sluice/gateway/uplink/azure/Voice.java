package dev.sluice.gateway.uplink.azure;

import dev.sluice.gateway.uplink.connector.Channel;
import dev.sluice.gateway.uplink.connector.Turns;
import dev.sluice.gateway.uplink.mqtt.Publication;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * What one connection says beside its records. A kept session brings calls before the connection
 * stands for us: what is answered then waits for it. After the end nothing is said any more.
 */
final class Voice {

  /** As many as the gate for what comes lets in at once. */
  private static final int MOST_WAITING = 100;

  private final Turns turns;

  private record Waiting(Publication message, Promise<Void> arrived) {}

  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private @Nullable Channel channel;
  private boolean over;

  Voice(Turns turns) {
    this.turns = turns;
  }

  /** The connection stands. */
  void open(Channel with) {
    channel = with;
    while (!waiting.isEmpty()) {
      Waiting next = waiting.remove();
      with.publish(next.message()).onComplete(next.arrived());
    }
  }

  /** The connection is over. */
  void end() {
    over = true;
    waiting.clear();
    turns.stop();
  }

  boolean isOver() {
    return over;
  }

  /** Completes when the hub has it; not at all when the connection ends before. */
  Future<Void> say(String topic, Buffer payload) {
    var message = new Publication(topic, payload, false);
    Promise<Void> arrived = Promise.promise();
    Channel to = channel;
    if (over) {
      return arrived.future(); // who asked is gone, too, or will ask again
    }
    if (to != null) {
      return to.publish(message);
    }
    if (waiting.size() < MOST_WAITING) {
      waiting.add(new Waiting(message, arrived));
    }
    return arrived.future();
  }

  /** After a pause, if the connection still stands. */
  void later(Duration pause, Runnable what) {
    turns.later(
        pause,
        () -> {
          if (!over) {
            what.run();
          }
        });
  }
}
