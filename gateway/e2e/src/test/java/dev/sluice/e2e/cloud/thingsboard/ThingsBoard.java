package dev.sluice.e2e.cloud.thingsboard;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
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
import io.vertx.core.json.JsonArray;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The server: who may come in, what each topic does, and the user's side for tests. */
public final class ThingsBoard implements Contract, AutoCloseable {

  /** Its clients' host name. */
  public static final String HOST = Bench.THINGSBOARD;

  static final String PROVISION_KEY = "profile-key";
  static final String PROVISION_SECRET = "profile-secret";

  private static final int NOT_AUTHORIZED = 5;

  /** Of the packet without its first bytes, so topic and packet id count. */
  private static final int PACKET_BYTES = 65_536;

  private final Attributes attributes = new Attributes();
  private final GatewayApi gateways = new GatewayApi(attributes);
  private final DeviceApi devices = new DeviceApi(attributes);
  private final Provisioning provisioning =
      new Provisioning(PROVISION_KEY, PROVISION_SECRET, this::isKnown, this::add);
  private final CloudBroker broker;

  // Only on the broker's thread.
  private final Map<String, Account> accounts = new HashMap<>();
  private final Map<Session, Account> sessions = new HashMap<>();
  private int lastCall;
  private volatile int packetBytes = PACKET_BYTES;
  private volatile int perSecond = 1_000;

  private ThingsBoard(List<Account> known) {
    known.forEach(this::add);
    this.broker = CloudBroker.listen(this);
  }

  public static ThingsBoard listen(Account... accounts) {
    return new ThingsBoard(List.of(accounts));
  }

  private boolean isKnown(String name) {
    return accounts.values().stream().anyMatch(account -> account.name().equals(name));
  }

  private void add(Account account) {
    accounts.put(account.token(), account);
  }

  /** From now on no packet may be larger: operators can set that. */
  public void takesAtMost(int bytes) {
    packetBytes = bytes;
  }

  /** From now on so many messages in a second: operators can set that, too. */
  public void takesInASecond(int messages) {
    perSecond = messages;
  }

  public CloudBroker broker() {
    return broker;
  }

  /** Devices that a gateway has connected now, with their profiles. */
  public Map<String, String> connected(String gateway) {
    return broker.call(
        () ->
            sessions.entrySet().stream()
                .filter(entry -> entry.getValue().name().equals(gateway))
                .findFirst()
                .map(entry -> Map.copyOf(gateways.connected(entry.getKey())))
                .orElse(Map.of()));
  }

  /** Rows of a device behind a gateway, in order: {@code ts} and {@code values} of each. */
  public List<io.vertx.core.json.JsonObject> rows(String device) {
    return broker.received(GatewayApi.BASE + "telemetry").stream()
        .map(message -> message.json().getJsonArray(device, new JsonArray()))
        .flatMap(JsonArray::stream)
        .map(io.vertx.core.json.JsonObject.class::cast)
        .toList();
  }

  /** What a device has told of itself. */
  public String clientAttributes(String device) {
    return broker.call(() -> attributes.client(device).toString());
  }

  /**
   * The user changes attributes that device and server share.
   *
   * @param values a JSON object
   * @return whether somebody was told
   */
  public boolean share(String device, String values) {
    JsonObject changed = JsonParser.parseString(values).getAsJsonObject();
    return broker.call(
        () -> {
          attributes.share(device, changed);
          return tell(device, "attributes", changed, "attributes", changed);
        });
  }

  /**
   * The user calls a device.
   *
   * @param parameters JSON
   * @return the number of the call, or -1 if the device is not there
   */
  public int call(String device, String method, String parameters) {
    return broker.call(
        () -> {
          lastCall++;
          var request = new JsonObject();
          request.addProperty("method", method);
          request.add("params", JsonParser.parseString(parameters));
          JsonObject numbered = request.deepCopy();
          numbered.addProperty("id", lastCall);
          return tell(device, "rpc", numbered, "rpc/request/" + lastCall, request) ? lastCall : -1;
        });
  }

  private boolean tell(
      String device, String byGateway, JsonObject data, String direct, JsonObject bare) {
    var wrapped = new JsonObject();
    wrapped.addProperty("device", device);
    wrapped.add("data", data);
    boolean told = false;
    for (Map.Entry<Session, Account> entry : sessions.entrySet()) {
      Session session = entry.getKey();
      if (entry.getValue().name().equals(device)) {
        told |= session.push(DeviceApi.BASE + direct, Buffer.buffer(bare.toString()), 1);
      } else if (gateways.connected(session).containsKey(device)) {
        told |= session.push(GatewayApi.BASE + byGateway, Buffer.buffer(wrapped.toString()), 1);
      }
    }
    return told;
  }

  @Override
  public Limits limits() {
    return new Limits(1, PACKET_BYTES, perSecond);
  }

  private static boolean isProvisioning(Connect connect) {
    return Provisioning.USER.equals(connect.userName())
        || Provisioning.USER.equals(connect.clientId());
  }

  @Override
  public int connect(Connect connect) {
    if (isProvisioning(connect)) {
      return ACCEPTED;
    }
    boolean bare = connect.password() == null || connect.password().isEmpty();
    boolean known = account(connect) != null;
    return known && (bare || !connect.certificate().isEmpty()) ? ACCEPTED : NOT_AUTHORIZED;
  }

  /** Who shows a certificate is known by that alone. */
  private Account account(Connect connect) {
    return accounts.get(
        connect.certificate().isEmpty()
            ? String.valueOf(connect.userName())
            : Account.certificate(connect.certificate()));
  }

  @Override
  public String identity(Connect connect) {
    return isProvisioning(connect) ? "provisioning " + connect.clientId() : account(connect).name();
  }

  @Override
  public void opened(Session session) {
    if (!isProvisioning(session.connect())) {
      sessions.put(session, account(session.connect()));
    }
  }

  @Override
  public void closed(Session session) {
    sessions.remove(session);
    gateways.closed(session);
  }

  @Override
  public int published(Session session, Received message) {
    int topicBytes = message.topic().getBytes(StandardCharsets.UTF_8).length;
    int size = 2 + topicBytes + (message.qos() > 0 ? 2 : 0) + message.payload().length();
    if (size > packetBytes) {
      throw new Violation("a packet of " + size + " bytes on " + message.topic());
    }
    Account account = sessions.get(session);
    if (account == null) {
      return provisioning.published(session, message);
    }
    if (message.topic().startsWith(GatewayApi.BASE)) {
      // Who is no gateway is not even told so.
      return account.gateway() ? gateways.published(session, message) : 0;
    }
    if (message.topic().startsWith(DeviceApi.BASE)) {
      return devices.published(session, account, message);
    }
    throw new Violation("unknown topic " + message.topic());
  }

  @Override
  public List<Integer> subscribe(Session session, List<Subscription> subscriptions) {
    if (!sessions.containsKey(session)) {
      return List.of();
    }
    return subscriptions.stream().map(ThingsBoard::grant).toList();
  }

  private static int grant(Subscription asked) {
    Set<String> known =
        asked.filter().startsWith(GatewayApi.BASE) ? GatewayApi.FILTERS : DeviceApi.FILTERS;
    return known.contains(asked.filter()) ? Math.min(1, asked.qos()) : REFUSED;
  }

  @Override
  public void close() {
    broker.close();
  }
}
