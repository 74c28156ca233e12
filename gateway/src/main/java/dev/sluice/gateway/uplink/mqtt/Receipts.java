package dev.sluice.gateway.uplink.mqtt;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.mqtt.messages.MqttPublishMessage;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What is owed to the broker for what it sent. Acknowledgments go in the order of their messages
 * (MQTT 3.1.1, 4.6), so one that is put off holds back those behind it.
 */
final class Receipts {

  /**
   * More than any broker has in flight to a client of 3.1.1 without being told to; then the oldest
   * goes, whoever put it off.
   */
  private static final int MOST = 1_000;

  private record Owed(MqttPublishMessage message, Receipt receipt) {}

  private final Deque<Owed> owed = new ArrayDeque<>();

  /**
   * Tells of a message; it is acknowledged also when the listener threw, as brokers wait for it.
   */
  void hear(MqttPublishMessage message, SessionListener listener) {
    var receipt = new Receipt(this::settle);
    if (message.qosLevel() != MqttQoS.AT_MOST_ONCE) {
      owed.add(new Owed(message, receipt));
    }
    try {
      listener.received(
          new Incoming(message.topicName(), message.payload(), message.isRetain(), receipt));
    } finally {
      receipt.heard();
      settle();
    }
  }

  private void settle() {
    for (Owed next = owed.peek();
        next != null && (next.receipt().isSent() || owed.size() > MOST);
        next = owed.peek()) {
      owed.remove();
      acknowledge(next.message());
    }
  }

  private void acknowledge(MqttPublishMessage message) {
    try {
      message.ack();
    } catch (IllegalStateException e) {
      owed.clear(); // the client lost the connection and has not said so yet
    }
  }

  /** The connection is over: nothing is owed any more. */
  void over() {
    owed.clear();
  }
}
