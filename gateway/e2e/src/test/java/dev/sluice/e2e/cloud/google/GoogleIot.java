package dev.sluice.e2e.cloud.google;

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
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The platform: who may come in, what each topic does, and the cloud's side for tests. */
public final class GoogleIot implements Contract, AutoCloseable {

  /** Its clients' host name. */
  public static final String HOST = Bench.CLEARBLADE;

  static final int EVENT_BYTES = 256 * 1024;
  static final int STATE_BYTES = 64 * 1024;

  private static final int BAD_IDENTIFIER = 2;
  private static final int BAD_CREDENTIALS = 4;

  private final Registry registry;
  private final Attachments attachments;
  private final CloudBroker broker;

  // Only on the broker's thread.
  private final Map<Session, Member> members = new HashMap<>();
  private final Map<String, Member> admitted = new HashMap<>();
  private final Map<String, Buffer> configs = new HashMap<>();
  private final List<String> refusals = new ArrayList<>();

  private volatile Duration clockAhead = Duration.ZERO;
  private volatile Duration stateInterval = Duration.ofSeconds(1);
  private volatile Limits limits = new Limits(1, EVENT_BYTES, 100);

  private GoogleIot(Registry registry) {
    this.registry = registry;
    this.attachments = new Attachments(registry, this::now);
    this.broker = CloudBroker.listen(this);
  }

  public static GoogleIot listen(Registry registry) {
    return new GoogleIot(registry);
  }

  public CloudBroker broker() {
    return broker;
  }

  /** Moves the platform's clock, so that tokens run out now. */
  public void clockAhead(Duration ahead) {
    clockAhead = ahead;
    broker.call(
        () -> {
          tick();
          return true;
        });
  }

  /** Changes the number of messages a second that one connection may send. */
  public void perSecond(int messages) {
    limits = limits.withPerSecond(messages);
  }

  /** Changes how long an event may be. */
  public void eventBytes(int bytes) {
    limits = new Limits(limits.qos(), bytes, limits.perSecond());
  }

  /** Changes how far apart two states of a device have to be. */
  public void stateInterval(Duration interval) {
    stateInterval = interval;
  }

  private Instant now() {
    return Instant.now().plus(clockAhead);
  }

  /** Gives a device its configuration, which is sent whenever it subscribes. */
  public void config(String device, Buffer config) {
    if (config.length() > STATE_BYTES) {
      throw new IllegalArgumentException("a configuration of " + config.length() + " bytes");
    }
    broker.call(() -> configs.put(device, config));
    deliver(device, Topic.of(device, "config"), config);
  }

  /**
   * Sends a command, which is not kept for a device that is away.
   *
   * @param subfolder empty, or one or more levels
   * @return whether a connection had subscribed to it
   */
  public boolean command(String device, String subfolder, Buffer payload) {
    String topic = Topic.of(device, "commands");
    return deliver(device, subfolder.isEmpty() ? topic : topic + "/" + subfolder, payload);
  }

  private boolean deliver(String device, String topic, Buffer payload) {
    return broker.call(
        () ->
            members.entrySet().stream()
                    .filter(entry -> entry.getValue().speaksFor(device))
                    .filter(entry -> entry.getKey().push(topic, payload, 1))
                    .count()
                > 0);
  }

  /** What a gateway has attached now. */
  public Set<String> attached(String gateway) {
    return broker.call(
        () ->
            members.values().stream()
                .filter(member -> member.device().id().equals(gateway))
                .findFirst()
                .map(member -> Set.copyOf(member.attached()))
                .orElse(Set.of()));
  }

  /**
   * Has the platform forget that a gateway attached a device, as when it is unbound.
   *
   * @return whether it had
   */
  public boolean forget(String gateway, String id) {
    return broker.call(
        () ->
            members.values().stream()
                    .filter(member -> member.device().id().equals(gateway))
                    .filter(member -> member.attached().remove(id))
                    .count()
                > 0);
  }

  /** Telemetry of a device in any subfolder, in order. */
  public List<Received> events(String device) {
    String topic = Topic.of(device, "events");
    return broker.received().stream()
        .filter(m -> m.topic().equals(topic) || m.topic().startsWith(topic + "/"))
        .toList();
  }

  @Override
  public Limits limits() {
    return limits;
  }

  @Override
  public int connect(Connect connect) {
    Optional<Device> device = registry.name(connect.clientId()).flatMap(registry::device);
    if (device.isEmpty()) {
      return BAD_IDENTIFIER;
    }
    if (connect.userName() == null || connect.userName().isEmpty() || connect.password() == null) {
      return BAD_CREDENTIALS;
    }
    try {
      Token token = Token.verify(connect.password(), registry, device.get(), now());
      admitted.put(connect.clientId(), new Member(device.get(), token.expires()));
      return ACCEPTED;
    } catch (Token.Refused refused) {
      refusals.add(refused.getMessage());
      return BAD_CREDENTIALS;
    }
  }

  /** Why tokens were refused so far, in order: what a client cannot learn from return code 4. */
  public List<String> refusals() {
    return broker.call(() -> List.copyOf(refusals));
  }

  @Override
  public void opened(Session session) {
    members.put(session, admitted.remove(session.connect().clientId()));
  }

  @Override
  public void closed(Session session) {
    members.remove(session);
  }

  @Override
  public void tick() {
    Instant now = now();
    List.copyOf(members.entrySet()).stream()
        .filter(entry -> now.isAfter(entry.getValue().expires().plus(Token.SKEW)))
        .forEach(entry -> entry.getKey().end("token expired"));
  }

  @Override
  public int published(Session session, Received message) {
    Member member = members.get(session);
    Topic topic = Topic.parse(message.topic());
    return switch (topic.kind()) {
      case "attach" -> attachments.attach(session, member, topic.device(), message);
      case "detach" -> attachments.detach(session, member, topic.device(), message);
      case "events" -> attachments.checked(session, member, topic.device(), message);
      case "state" -> state(session, member, topic, message);
      default -> throw new Violation("nobody publishes to " + message.topic());
    };
  }

  private int state(Session session, Member member, Topic topic, Received message) {
    if (!topic.rest().isEmpty()) {
      throw new Violation("unknown topic " + message.topic());
    }
    if (message.payload().length() > STATE_BYTES) {
      throw new Violation(message.payload().length() + " bytes of state");
    }
    int acknowledgments = attachments.checked(session, member, topic.device(), message);
    if (acknowledgments > 0
        && member.stateAfter(topic.device(), message.nanos()) < stateInterval.toNanos()) {
      throw new Violation("state of " + topic.device() + " too often");
    }
    return acknowledgments;
  }

  @Override
  public List<Integer> subscribe(Session session, List<Subscription> subscriptions) {
    Member member = members.get(session);
    return subscriptions.stream().map(asked -> grant(session, member, asked)).toList();
  }

  private int grant(Session session, Member member, Subscription asked) {
    Topic topic = Topic.parse(asked.filter());
    return switch (topic.kind() + topic.rest()) {
      case "errors" -> topic.device().equals(member.device().id()) ? 0 : REFUSED;
      case "config", "commands/#" ->
          attachments.mayReceive(session, member, topic.device(), asked.filter())
              ? Math.min(1, asked.qos())
              : REFUSED;
      // Without the wildcard the platform would never send anything to it.
      case "commands" -> REFUSED;
      default -> throw new Violation("nobody subscribes to " + asked.filter());
    };
  }

  @Override
  public void subscribed(Session session, List<Subscription> subscriptions) {
    for (Subscription granted : subscriptions) {
      Topic topic = Topic.parse(granted.filter());
      Buffer config = configs.get(topic.device());
      if (topic.kind().equals("config") && config != null) {
        session.push(granted.filter(), config, 1);
      }
    }
  }

  @Override
  public void close() {
    broker.close();
  }
}
