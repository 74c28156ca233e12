package dev.sluice.e2e.cloud.azure;

import dev.sluice.e2e.cloud.Client;
import dev.sluice.e2e.cloud.ConnectFields;
import dev.sluice.e2e.cloud.Limits;
import dev.sluice.e2e.cloud.Platform;
import dev.sluice.e2e.cloud.Received;
import dev.sluice.e2e.cloud.Verdict;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The rules of a hub for the devices that connect to it. */
final class IotHub implements Platform {

  /** As a whole; with its properties a message has less, see {@link Allowance}. */
  private static final int MESSAGE_BYTES = 256 << 10;

  private static final int TOPIC_BYTES = 65_535;
  private static final int SUBSCRIPTIONS = 5;
  private static final int CLIENT_ID_BYTES = 128;
  private static final int KEEP_ALIVE_SECONDS = 1_177;

  /** Of a twin's answer, when the messages of the day are used up. */
  private static final int QUOTA_EXCEEDED = 403;

  /** Where MQTT is spoken over a WebSocket. */
  static final String WEB_SOCKET = "/$iothub/websocket";

  /** Without this a WebSocket is for clients with a certificate. */
  private static final String NO_CERTIFICATE = "?iothub-no-client-cert=true";

  private final HubLogin login;
  private final TwinDesk twins = new TwinDesk();
  private final MethodCalls methods = new MethodCalls();
  private final Map<String, Mailbox> mailboxes = new HashMap<>();
  private final Allowance allowance = new Allowance();
  private final AzureIotHub hub;

  IotHub(AzureIotHub hub, HubLogin login) {
    this.hub = hub;
    this.login = login;
  }

  TwinDesk twins() {
    return twins;
  }

  MethodCalls methods() {
    return methods;
  }

  Allowance allowance() {
    return allowance;
  }

  Mailbox mailbox(String device) {
    return mailboxes.computeIfAbsent(device, ignored -> new Mailbox());
  }

  @Override
  public Limits limits() {
    return new Limits(
        1, MESSAGE_BYTES, TOPIC_BYTES, Integer.MAX_VALUE, SUBSCRIPTIONS, CLIENT_ID_BYTES);
  }

  @Override
  public int keepAlive(int requested) {
    return requested == 0 ? KEEP_ALIVE_SECONDS : Math.min(requested, KEEP_ALIVE_SECONDS);
  }

  @Override
  public Verdict connect(ConnectFields fields) {
    if (fields.will().isPresent()
        && !fields.will().get().topic().startsWith(events(fields.clientId()))) {
      return Verdict.closed("a will for " + fields.will().get().topic());
    }
    Optional<String> bad = badWebSocket(fields);
    return bad.isPresent() ? Verdict.closed(bad.get()) : login.judge(fields);
  }

  /** Why a client may not come this way; empty when it may. */
  static Optional<String> badWebSocket(ConnectFields fields) {
    boolean web = !fields.webSocket().isEmpty();
    boolean named = fields.webSocket().equals(WEB_SOCKET + NO_CERTIFICATE);
    if (!web || named || fields.certificate().isPresent()) {
      return Optional.empty();
    }
    return Optional.of("a WebSocket at " + fields.webSocket() + " without a certificate");
  }

  @Override
  public void connected(Client client) {
    login
        .validMillis(client.id())
        .ifPresent(
            millis -> hub.later(Math.max(1, millis), () -> client.end("the token has expired")));
    if (client.subscriptions().contains(inbox(client.id()))) {
      mailbox(client.id()).deliver(client);
    }
  }

  @Override
  public int subscribe(Client client, String filter, int qos) {
    boolean known =
        Stream.of(inbox(client.id()), MethodCalls.REQUESTS, TwinDesk.RESPONSES, TwinDesk.DESIRED)
            .anyMatch(root -> filter.startsWith(root.substring(0, root.length() - 1)));
    if (known) {
      return hub.isBasic() ? Client.REFUSED : qos;
    }
    client.end("subscribed to " + filter);
    return Client.REFUSED;
  }

  @Override
  public void subscribed(Client client, String filter) {
    if (filter.equals(inbox(client.id()))) {
      mailbox(client.id()).deliver(client);
    }
  }

  @Override
  public void publish(Client client, Received message) {
    if (message.topic().startsWith(events(client.id()))) {
      telemetry(client, message);
      return;
    }
    if (allowance.isUsedUp() && message.topic().startsWith("$iothub/twin/")) {
      twins.failNext(QUOTA_EXCEEDED);
    }
    if (!twins.handle(client, message) && !methods.handle(client, message)) {
      client.end("published to " + message.topic());
    }
  }

  @Override
  public long ackDelayMillis(Client client) {
    return allowance.delayMillis();
  }

  private void telemetry(Client client, Received message) {
    String bag = message.topic().substring(events(client.id()).length());
    try {
      Map<String, String> properties =
          PropertyBag.decode(bag.endsWith("/") ? bag.substring(0, bag.length() - 1) : bag);
      if (message.retained()) {
        properties.put("mqtt-retain", "true");
      }
      if (message.will()) {
        properties.put("iothub-MessageType", "Will");
      }
      var telemetry = new Telemetry(message, properties);
      String excess = message.will() ? "" : allowance.take(message.nanos(), telemetry.bytes());
      if (excess.isEmpty()) {
        hub.arrived(telemetry);
      } else {
        client.end(excess);
      }
    } catch (IllegalArgumentException e) {
      client.end(e.getMessage());
    }
  }

  static String inbox(String device) {
    return "devices/" + device + "/messages/devicebound/#";
  }

  private static String events(String device) {
    return "devices/" + device + "/messages/events/";
  }
}
