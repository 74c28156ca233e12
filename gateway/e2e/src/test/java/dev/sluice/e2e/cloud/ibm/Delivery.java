package dev.sluice.e2e.cloud.ibm;

import dev.sluice.e2e.cloud.broker.Session;
import io.vertx.core.buffer.Buffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Who is connected, and which of them gets a message. */
final class Delivery {

  private final Registrations registrations;
  private final Map<Session, ClientId> clients = new HashMap<>();

  Delivery(Registrations registrations) {
    this.registrations = registrations;
  }

  void add(Session session, ClientId client) {
    clients.put(session, client);
  }

  void remove(Session session) {
    clients.remove(session);
  }

  ClientId client(Session session) {
    return clients.get(session);
  }

  /**
   * Sends a command to every gateway that subscribed, and to the device if it speaks for itself.
   *
   * @param nameAndFormat as it stands in the topic
   * @return whether somebody had subscribed
   */
  boolean command(Thing device, String nameAndFormat, Buffer payload) {
    boolean told = false;
    for (Map.Entry<Session, ClientId> entry : clients.entrySet()) {
      boolean own = device.equals(entry.getValue().thing());
      if (entry.getValue().kind() == ClientId.Kind.GATEWAY || own) {
        told |= push(entry.getKey(), device, own, "iot-2/", "cmd/" + nameAndFormat, payload);
      }
    }
    return told;
  }

  /** Sends device management to the thing, or to the gateway that it is behind. */
  void management(Thing about, String action, Buffer payload) {
    for (Session session : managers(about)) {
      boolean own = about.equals(clients.get(session).thing());
      push(session, about, own, "iotdm-1/", action, payload);
    }
  }

  /** Whether a request of device management would reach somebody. */
  boolean listens(Thing about, String action) {
    return managers(about).stream()
        .anyMatch(
            session ->
                session.wants("iotdm-1/" + Topic.about(about) + action)
                    || session.wants("iotdm-1/" + action));
  }

  private List<Session> managers(Thing about) {
    Thing gateway = registrations.gatewayOf(about).orElse(about);
    return clients.keySet().stream()
        .filter(
            session ->
                about.equals(clients.get(session).thing())
                    || gateway.equals(clients.get(session).thing()))
        .toList();
  }

  /** In the long form, which only gateways know, or in the short one for oneself. */
  private static boolean push(
      Session session, Thing about, boolean own, String version, String rest, Buffer payload) {
    return session.push(version + Topic.about(about) + rest, payload, 1)
        || own && session.push(version + rest, payload, 1);
  }

  /** Sends a message to the applications that subscribed to it. */
  void applications(String topic, Buffer payload) {
    clients.forEach(
        (session, client) -> {
          if (client.kind() == ClientId.Kind.APPLICATION) {
            session.push(topic, payload, 1);
          }
        });
  }
}
