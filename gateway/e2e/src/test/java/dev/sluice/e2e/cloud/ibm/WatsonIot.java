package dev.sluice.e2e.cloud.ibm;

import dev.sluice.e2e.cloud.broker.Bench;
import dev.sluice.e2e.cloud.broker.CloudBroker;
import dev.sluice.e2e.cloud.broker.Connect;
import dev.sluice.e2e.cloud.broker.Contract;
import dev.sluice.e2e.cloud.broker.Limits;
import dev.sluice.e2e.cloud.broker.Received;
import dev.sluice.e2e.cloud.broker.Session;
import dev.sluice.e2e.cloud.broker.Subscription;
import dev.sluice.e2e.cloud.broker.Violation;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The platform for one organization: who may come in, what each topic does, and the far side. */
public final class WatsonIot implements Contract, AutoCloseable {

  public static final String ORGANIZATION = "sl1ce7";

  /** Its clients' host name. */
  public static final String HOST = Bench.WATSON;

  /** Of the only application. */
  public static final String API_KEY = "a-" + ORGANIZATION + "-ktq0f6wbd3";

  public static final String API_TOKEN = "dJ4-FarEndToken";

  static final int PAYLOAD_BYTES = 131_072;

  private static final String USER = "use-token-auth";
  private static final int BAD_IDENTIFIER = 2;
  private static final int NOT_AUTHORIZED = 5;

  private final CloudBroker broker;

  // Only on the broker's thread.
  private final Registrations registrations = new Registrations();
  private final DeviceManagement management = new DeviceManagement();
  private final Notices notices = new Notices();
  private final Map<Session, ClientId> clients = new HashMap<>();
  private final Map<Thing, List<Received>> events = new HashMap<>();

  private WatsonIot() {
    this.broker = CloudBroker.listen(this);
  }

  public static WatsonIot listen() {
    return new WatsonIot();
  }

  public CloudBroker broker() {
    return broker;
  }

  public WatsonIot withDevice(Thing device, String token) {
    return with(device, token, false);
  }

  /** A gateway that speaks only for devices that are registered. */
  public WatsonIot withGateway(Thing gateway, String token) {
    return with(gateway, token, false);
  }

  /** A gateway that registers devices as it speaks for them. */
  public WatsonIot withPrivilegedGateway(Thing gateway, String token) {
    return with(gateway, token, true);
  }

  private WatsonIot with(Thing thing, String token, boolean privileged) {
    return broker.call(
        () -> {
          registrations.add(thing, token);
          if (privileged) {
            registrations.privilege(thing);
          }
          return this;
        });
  }

  /** No device of this type is registered from now on. */
  public void refuseToRegister(String type) {
    broker.call(
        () -> {
          registrations.refuse(type);
          return true;
        });
  }

  /** Events of a thing that were kept, in order; not those of failed registrations. */
  public List<Received> events(Thing thing) {
    return broker.call(() -> List.copyOf(events.getOrDefault(thing, List.of())));
  }

  public boolean knows(Thing thing) {
    return broker.call(() -> registrations.knows(thing));
  }

  /**
   * Sends a command to a device, by the gateway that it is behind or directly.
   *
   * @return whether somebody had subscribed to it; it is not kept otherwise
   */
  public boolean command(Thing device, String name, String format, Buffer payload) {
    return broker.call(() -> deliver(device, name + "/fmt/" + format, payload));
  }

  /** How a thing is managed, if it is. */
  public Optional<Managed> managed(Thing thing) {
    return broker.call(() -> management.managed(thing));
  }

  /** Whether somebody has subscribed to a request of device management about a thing. */
  public boolean listens(Thing thing, String action) {
    Thing gateway = broker.call(() -> registrations.gatewayOf(thing).orElse(thing));
    return broker.call(
        () ->
            clients.entrySet().stream()
                .filter(
                    e -> thing.equals(e.getValue().thing()) || gateway.equals(e.getValue().thing()))
                .anyMatch(
                    e ->
                        e.getKey().wants("iotdm-1/" + Topic.about(thing) + action)
                            || e.getKey().wants("iotdm-1/" + action)));
  }

  /**
   * Sends a request of device management.
   *
   * @param action the topic after version and thing, such as {@code mgmt/initiate/device/reboot}
   * @param d the request's data, empty for none
   * @return by which the answer is known
   */
  public String manage(Thing thing, String action, JsonObject d) {
    return broker.call(
        () -> {
          if (management.managed(thing).isEmpty()) {
            throw new IllegalStateException(thing + " is not managed");
          }
          JsonObject request = management.request(thing, d);
          tell(thing, action, request.toBuffer());
          return request.getString("reqId");
        });
  }

  /** What a thing answered to a request, when it has. */
  public Optional<JsonObject> answer(String request) {
    return broker.call(() -> management.answer(request));
  }

  /** What a thing reported of the fields that are observed. */
  public List<JsonObject> notes(Thing thing) {
    return broker.call(() -> management.notes(thing));
  }

  /** To every gateway that subscribed, and to the device if it speaks for itself. */
  private boolean deliver(Thing device, String nameAndFormat, Buffer payload) {
    String rest = "cmd/" + nameAndFormat;
    boolean told = false;
    for (Map.Entry<Session, ClientId> entry : clients.entrySet()) {
      boolean own = device.equals(entry.getValue().thing());
      if (entry.getValue().kind() == ClientId.Kind.GATEWAY || own) {
        told |= push(entry.getKey(), device, own, "iot-2/", rest, payload);
      }
    }
    return told;
  }

  /** Device management goes to the thing, or to the gateway that it is behind. */
  private boolean tell(Thing about, String rest, Buffer payload) {
    Thing gateway = registrations.gatewayOf(about).orElse(about);
    boolean told = false;
    for (Map.Entry<Session, ClientId> entry : clients.entrySet()) {
      boolean own = about.equals(entry.getValue().thing());
      if (own || gateway.equals(entry.getValue().thing())) {
        told |= push(entry.getKey(), about, own, "iotdm-1/", rest, payload);
      }
    }
    return told;
  }

  /** In the long form, which only gateways know, or in the short one for oneself. */
  private static boolean push(
      Session session, Thing about, boolean own, String version, String rest, Buffer payload) {
    return session.push(version + Topic.about(about) + rest, payload, 1)
        || own && session.push(version + rest, payload, 1);
  }

  @Override
  public Limits limits() {
    return new Limits(2, PAYLOAD_BYTES, 100);
  }

  @Override
  public int connect(Connect connect) {
    Optional<ClientId> client = ClientId.parse(connect.clientId());
    if (client.isEmpty()) {
      return BAD_IDENTIFIER;
    }
    boolean authorized =
        client.get().organization().equals(ORGANIZATION)
            && (client.get().kind() == ClientId.Kind.APPLICATION
                ? API_KEY.equals(connect.userName()) && API_TOKEN.equals(connect.password())
                : USER.equals(connect.userName())
                    && registrations.authenticates(client.get().thing(), connect.password()));
    return authorized ? ACCEPTED : NOT_AUTHORIZED;
  }

  @Override
  public void opened(Session session) {
    clients.put(session, ClientId.parse(session.connect().clientId()).orElseThrow());
  }

  @Override
  public void closed(Session session) {
    clients.remove(session);
  }

  @Override
  public int published(Session session, Received message) {
    ClientId client = clients.get(session);
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
      tellApplications("iot-2/" + Topic.about(about) + "evt/" + topic.rest(), message.payload());
      return;
    }
    management
        .take(about, topic.rest(), message)
        .ifPresent(answer -> session.later(() -> tell(about, "response", answer.toBuffer())));
  }

  private void fromApplication(Topic topic, Received message) {
    if (topic.thing() == null || topic.kind().equals("mgmt")) {
      throw new Violation("an application publishes to " + message.topic());
    }
    if (topic.kind().equals("cmd")) {
      deliver(topic.thing(), topic.rest(), message.payload());
    } else {
      tellApplications(message.topic(), message.payload());
    }
  }

  private void tellApplications(String topic, Buffer payload) {
    clients.forEach(
        (session, client) -> {
          if (client.kind() == ClientId.Kind.APPLICATION) {
            session.push(topic, payload, 1);
          }
        });
  }

  @Override
  public List<Integer> subscribe(Session session, List<Subscription> subscriptions) {
    ClientId client = clients.get(session);
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

  @Override
  public void close() {
    broker.close();
  }
}
