package dev.sluice.e2e.cloud.google;

import dev.sluice.e2e.cloud.broker.Received;
import dev.sluice.e2e.cloud.broker.Session;
import dev.sluice.e2e.cloud.broker.Violation;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Which devices a gateway speaks for. A request that fails is reported on the gateway's error topic
 * and gets no acknowledgment.
 */
final class Attachments {

  private static final int MAX_ATTACHED = 1_000;

  private final Registry registry;
  private final Supplier<Instant> now;

  Attachments(Registry registry, Supplier<Instant> now) {
    this.registry = registry;
    this.now = now;
  }

  int attach(Session session, Member member, String id, Received message) {
    checkControl(member, message);
    Optional<String> refusal = refusal(member, id, message);
    if (refusal.isPresent()) {
      report(session, member, "GATEWAY_ATTACHMENT_ERROR", id, publish(message), refusal.get());
      return 0;
    }
    member.attached().add(id);
    return 1;
  }

  int detach(Session session, Member member, String id, Received message) {
    checkControl(member, message);
    if (!member.attached().remove(id)) {
      report(
          session,
          member,
          "GATEWAY_DETACHMENT_DEVICE_ERROR",
          id,
          publish(message),
          id + " is not attached");
      return 0;
    }
    return 1;
  }

  /** An acknowledgment if the connection may speak for the device, else a report. */
  int checked(Session session, Member member, String id, Received message) {
    if (member.speaksFor(id)) {
      return 1;
    }
    report(
        session, member, "GATEWAY_DEVICE_NOT_FOUND", id, publish(message), id + " is not attached");
    return 0;
  }

  boolean mayReceive(Session session, Member member, String id, String filter) {
    if (!member.speaksFor(id)) {
      JsonObject packet = new JsonObject().put("message_type", "SUBSCRIBE").put("topic", filter);
      report(session, member, "GATEWAY_DEVICE_NOT_FOUND", id, packet, id + " is not attached");
    }
    return member.speaksFor(id);
  }

  private static void checkControl(Member member, Received message) {
    if (!member.device().gateway()) {
      throw new Violation(member.device().id() + " is no gateway but sends " + message.topic());
    }
    if (message.qos() != 1) {
      throw new Violation("QoS " + message.qos() + " on " + message.topic());
    }
  }

  private Optional<String> refusal(Member member, String id, Received message) {
    Optional<Device> device = registry.device(id);
    if (device.isEmpty()) {
      return Optional.of("no device " + id);
    }
    if (member.attached().size() >= MAX_ATTACHED) {
      return Optional.of(MAX_ATTACHED + " devices are attached");
    }
    String authorization =
        message.payload().length() == 0 ? null : message.json().getString("authorization");
    if (authorization == null) {
      return device.get().boundTo().contains(member.device().id())
          ? Optional.empty()
          : Optional.of(id + " is not bound to " + member.device().id());
    }
    try {
      Token.verify(authorization, registry, device.get(), now.get());
      return Optional.empty();
    } catch (Token.Refused refused) {
      return Optional.of(refused.getMessage());
    }
  }

  private static JsonObject publish(Received message) {
    return new JsonObject()
        .put("message_type", "PUBLISH")
        .put("topic", message.topic())
        .put("packet_id", message.packetId());
  }

  private static void report(
      Session session,
      Member member,
      String type,
      String device,
      JsonObject packet,
      String description) {
    var error =
        new JsonObject()
            .put("error_type", type)
            .put("device_id", device)
            .put("mqtt_message_info", packet)
            .put("description", description);
    if (!session.push(Topic.of(member.device().id(), "errors"), error, 0)) {
      throw new Violation(type + ": " + description);
    }
  }
}
