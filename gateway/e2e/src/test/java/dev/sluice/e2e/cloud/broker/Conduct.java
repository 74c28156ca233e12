package dev.sluice.e2e.cloud.broker;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Vertx;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.MqttTopicSubscription;
import io.vertx.mqtt.messages.MqttPublishMessage;
import io.vertx.mqtt.messages.MqttSubscribeMessage;
import io.vertx.mqtt.messages.MqttUnsubscribeMessage;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Holds one client to the limits and to the contract, and answers its packets. */
final class Conduct {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final Vertx vertx;
  private final MqttEndpoint endpoint;
  private final Session session;
  private final Contract contract;
  private final Faults faults;
  private final Consumer<Received> record;
  private final ArrayDeque<Long> lastSecond = new ArrayDeque<>();
  private final Set<Integer> unreleased = new HashSet<>();

  Conduct(
      Vertx vertx,
      MqttEndpoint endpoint,
      Session session,
      Contract contract,
      Faults faults,
      Consumer<Received> record) {
    this.vertx = vertx;
    this.endpoint = endpoint;
    this.session = session;
    this.contract = contract;
    this.faults = faults;
    this.record = record;
    endpoint.publishHandler(message -> held(() -> publish(message)));
    endpoint.subscribeHandler(message -> held(() -> subscribe(message)));
    endpoint.unsubscribeHandler(message -> held(() -> unsubscribe(message)));
    endpoint.publishReleaseHandler(this::release);
  }

  private void held(Runnable step) {
    if (!session.isOpen()) {
      return;
    }
    try {
      step.run();
    } catch (Violation violation) {
      session.end(violation.getMessage());
    }
  }

  private void publish(MqttPublishMessage message) {
    var received =
        new Received(
            session.connect().clientId(),
            message.topicName(),
            message.payload(),
            message.qosLevel().value(),
            message.isDup(),
            message.isRetain(),
            message.messageId(),
            System.nanoTime());
    checkLimits(received);
    if (received.qos() == 2 && !unreleased.add(received.packetId())) {
      endpoint.publishReceived(received.packetId());
      return;
    }
    int acknowledgments = contract.published(session, received);
    if (acknowledgments > 0) {
      record.accept(received);
    }
    if (faults.endsNow()) {
      throw new Violation("cut on purpose after a message");
    }
    for (int i = 0; i < acknowledgments; i++) {
      acknowledge(received);
    }
  }

  private void checkLimits(Received message) {
    Limits limits = contract.limits();
    if (message.qos() > limits.qos()) {
      throw new Violation("QoS " + message.qos() + " on " + message.topic());
    }
    if (message.payload().length() > limits.payloadBytes()) {
      throw new Violation(message.payload().length() + " bytes on " + message.topic());
    }
    lastSecond.addLast(message.nanos());
    while (message.nanos() - lastSecond.getFirst() > SECOND) {
      lastSecond.removeFirst();
    }
    if (lastSecond.size() > limits.perSecond()) {
      throw new Violation("more than " + limits.perSecond() + " messages in a second");
    }
  }

  private void acknowledge(Received message) {
    if (message.qos() == 0 || faults.losesAcknowledgment()) {
      return;
    }
    long delay = faults.acknowledgmentDelay().toMillis();
    if (delay == 0) {
      confirm(message);
    } else {
      vertx.setTimer(delay, timer -> confirm(message));
    }
  }

  private void confirm(Received message) {
    if (!session.isOpen()) {
      return;
    }
    if (message.qos() == 1) {
      endpoint.publishAcknowledge(message.packetId());
    } else {
      endpoint.publishReceived(message.packetId());
    }
  }

  private void release(int packetId) {
    unreleased.remove(packetId);
    if (session.isOpen()) {
      endpoint.publishComplete(packetId);
    }
  }

  private void subscribe(MqttSubscribeMessage message) {
    List<Subscription> asked = new ArrayList<>();
    for (MqttTopicSubscription one : message.topicSubscriptions()) {
      asked.add(new Subscription(one.topicName(), one.qualityOfService().value()));
    }
    List<Integer> codes = contract.subscribe(session, asked);
    if (codes.isEmpty()) {
      return;
    }
    List<Subscription> granted = new ArrayList<>();
    for (int i = 0; i < codes.size(); i++) {
      if (codes.get(i) != Contract.REFUSED) {
        var subscription = new Subscription(asked.get(i).filter(), codes.get(i));
        session.subscribe(subscription);
        granted.add(subscription);
      }
    }
    endpoint.subscribeAcknowledge(
        message.messageId(), codes.stream().map(MqttQoS::valueOf).toList());
    contract.subscribed(session, granted);
  }

  private void unsubscribe(MqttUnsubscribeMessage message) {
    message.topics().forEach(session::unsubscribe);
    endpoint.unsubscribeAcknowledge(message.messageId());
  }
}
