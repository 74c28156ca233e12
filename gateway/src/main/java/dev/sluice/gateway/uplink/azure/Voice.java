package dev.sluice.gateway.uplink.azure;

import dev.sluice.gateway.uplink.connector.Channel;
import dev.sluice.gateway.uplink.mqtt.Publication;
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

  private final Later later;
  private final Deque<Publication> waiting = new ArrayDeque<>();
  private @Nullable Channel channel;
  private boolean over;

  Voice(Later later) {
    this.later = later;
  }

  /** The connection stands. */
  void open(Channel with) {
    channel = with;
    while (!waiting.isEmpty()) {
      var unused = with.publish(waiting.remove());
    }
  }

  /** The connection is over. */
  void end() {
    over = true;
    waiting.clear();
  }

  boolean isOver() {
    return over;
  }

  void say(String topic, Buffer payload) {
    var message = new Publication(topic, payload, false);
    Channel to = channel;
    if (over) {
      return; // who asked is gone, too, or will ask again
    }
    if (to != null) {
      var unused = to.publish(message);
    } else if (waiting.size() < MOST_WAITING) {
      waiting.add(message);
    }
  }

  /** After a pause, if the connection still stands. */
  void later(Duration pause, Runnable what) {
    later.run(
        pause,
        () -> {
          if (!over) {
            what.run();
          }
        });
  }
}
