package dev.sluice.e2e.cloud.ibm;

import dev.sluice.e2e.cloud.broker.Connect;
import dev.sluice.e2e.cloud.broker.Contract;
import dev.sluice.e2e.cloud.broker.Limits;
import dev.sluice.e2e.cloud.broker.Received;
import dev.sluice.e2e.cloud.broker.Session;
import dev.sluice.e2e.cloud.broker.Subscription;
import dev.sluice.e2e.cloud.broker.Violation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who may come in, and what each topic does. Only on the broker's thread. */
final class Rules implements Contract {

  private static final String USER = "use-token-auth";
  private static final int BAD_IDENTIFIER = 2;
  private static final int NOT_AUTHORIZED = 5;

  private final Registrations registrations;
  private final DeviceManagement management;
  private final Delivery delivery;
  private final Notices notices = new Notices();
  private final Map<Thing, List<Received>> events = new HashMap<>();
  private volatile Limits limits = new Limits(2, WatsonIot.PAYLOAD_BYTES, 100);

  Rules(Registrations registrations, DeviceManagement management, Delivery delivery) {
    this.registrations = registrations;
    this.management = management;
    this.delivery = delivery;
  }

  /** From any thread. */
  void limit(Limits other) {
    limits = other;
  }

  List<Received> events(Thing thing) {
    return List.copyOf(events.getOrDefault(thing, List.of()));
  }

  @Override
  public Limits limits() {
    return limits;
  }

  @Override
  public int connect(Connect connect) {
    Optional<ClientId> client = ClientId.parse(connect.clientId());
    if (client.isEmpty()) {
      return BAD_IDENTIFIER;
    }
    boolean authorized =
        client.get().organization().equals(WatsonIot.ORGANIZATION)
            && (client.get().kind() == ClientId.Kind.APPLICATION
                ? WatsonIot.API_KEY.equals(connect.userName())
                    && WatsonIot.API_TOKEN.equals(connect.password())
                : USER.equals(connect.userName())
                    && registrations.authenticates(client.get().thing(), connect.password()));
    return authorized ? ACCEPTED : NOT_AUTHORIZED;
  }

  @Override
  public void opened(Session session) {
    delivery.add(session, ClientId.parse(session.connect().clientId()).orElseThrow());
  }

  @Override
  public void closed(Session session) {
    delivery.remove(session);
  }

  @Override
  public int published(Session session, Received message) {
    ClientId client = delivery.client(session);
    Topic topic;
    try {
      topic = Topic.parse(message.topic());
    } catch (Violation violation) {
      return notices.complained(session, client, null, "publish", message.topic(), violation);
    }
    if (client.kind() == ClientId.Kind.APPLICATION) {
      fromApplication(topic, message);
      return 1;
    }
    Thing about = topic.or(client.thing());
    if (topic.kind().equals("cmd")
        || client.kind() == ClientId.Kind.DEVICE && topic.thing() != null) {
      throw new Violation(client.thing() + " publishes to " + message.topic());
    }
    if (client.kind() == ClientId.Kind.GATEWAY) {
      Optional<String> refusal = registrations.speaks(client.thing(), about);
      if (refusal.isPresent()) {
        return notices.complained(
            session, client, about, "publish", message.topic(), new Violation(refusal.get()));
      }
    }
    take(session, topic, about, message);
    return 1;
  }

  private void take(Session session, Topic topic, Thing about, Received message) {
    if (topic.kind().equals("evt")) {
      events.computeIfAbsent(about, thing -> new ArrayList<>()).add(message);
      delivery.applications(
          "iot-2/" + Topic.about(about) + "evt/" + topic.rest(), message.payload());
      return;
    }
    management
        .take(about, topic.rest(), message)
        .ifPresent(
            answer ->
                session.later(() -> delivery.management(about, "response", answer.toBuffer())));
  }

  private void fromApplication(Topic topic, Received message) {
    if (topic.thing() == null || topic.kind().equals("mgmt")) {
      throw new Violation("an application publishes to " + message.topic());
    }
    if (topic.kind().equals("cmd")) {
      delivery.command(topic.thing(), topic.rest(), message.payload());
    } else {
      delivery.applications(message.topic(), message.payload());
    }
  }

  @Override
  public List<Integer> subscribe(Session session, List<Subscription> subscriptions) {
    ClientId client = delivery.client(session);
    return subscriptions.stream().map(asked -> grant(session, client, asked)).toList();
  }

  /** A gateway that subscribes for a device speaks for it, too. */
  private int grant(Session session, ClientId client, Subscription asked) {
    String filter = asked.filter();
    if (!Filters.allows(client, filter)) {
      notices.complained(
          session,
          client,
          null,
          "subscribe",
          filter,
          new Violation(session.connect().clientId() + " subscribes to " + filter));
      return REFUSED;
    }
    Optional<Thing> device = Filters.device(filter);
    if (client.kind() == ClientId.Kind.GATEWAY && device.isPresent()) {
      Optional<String> refusal = registrations.speaks(client.thing(), device.get());
      if (refusal.isPresent()) {
        notices.complained(
            session, client, device.get(), "subscribe", filter, new Violation(refusal.get()));
        return REFUSED;
      }
    }
    return asked.qos();
  }
}
