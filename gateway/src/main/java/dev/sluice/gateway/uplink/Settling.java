package dev.sluice.gateway.uplink;

import dev.sluice.gateway.uplink.connector.Conversation;
import io.vertx.core.Vertx;
import java.util.HashSet;
import java.util.Set;

/**
 * Acknowledgments that are no promise yet: where a platform may complain of a message later, it
 * counts as arrived only when it did not. What has not settled when the connection ends is sent
 * again.
 */
final class Settling {

  private final Vertx vertx;
  private final Conversation conversation;
  private final LoopbackCheck loopback;
  private final Forwarder forwarder;
  private final Set<Long> timers = new HashSet<>();
  private boolean stopped;

  Settling(Vertx vertx, Conversation conversation, LoopbackCheck loopback, Forwarder forwarder) {
    this.vertx = vertx;
    this.conversation = conversation;
    this.loopback = loopback;
    this.forwarder = forwarder;
  }

  /** A message was acknowledged. */
  void acknowledged(long token) {
    long millis = conversation.settleMillis();
    if (millis == 0) {
      arrived(token);
    } else if (millis > 0 && !stopped) {
      timers.add(vertx.setTimer(millis, timer -> settled(timer, token)));
    }
  }

  private void settled(long timer, long token) {
    timers.remove(timer);
    if (conversation.settleMillis() >= 0) {
      arrived(token);
    }
  }

  private void arrived(long token) {
    if (!loopback.withholds(token)) {
      forwarder.acknowledged(token);
    }
  }

  /** Nothing settles any more. */
  void stop() {
    stopped = true;
    timers.forEach(vertx::cancelTimer);
    timers.clear();
  }
}
