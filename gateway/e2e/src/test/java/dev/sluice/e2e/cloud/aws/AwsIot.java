package dev.sluice.e2e.cloud.aws;

import dev.sluice.e2e.TestPki;
import dev.sluice.e2e.cloud.Client;
import dev.sluice.e2e.cloud.ConnectFields;
import dev.sluice.e2e.cloud.Emulation;
import dev.sluice.e2e.cloud.Journal;
import dev.sluice.e2e.cloud.Limits;
import dev.sluice.e2e.cloud.Platform;
import dev.sluice.e2e.cloud.Received;
import dev.sluice.e2e.cloud.Verdict;
import io.vertx.core.json.JsonObject;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;

/** The rules of an account for the clients that connect to it. */
final class AwsIot implements Platform {

  private static final int MESSAGE_BYTES = 128 << 10;
  private static final int TOPIC_BYTES = 65_535; // the limit proper depends on the topic
  private static final int FILTERS = 8;
  private static final int SUBSCRIPTIONS = 50;
  private static final int CLIENT_ID_BYTES = 128;
  private static final int MAX_KEEP_ALIVE = 1_200;
  private static final int MIN_KEEP_ALIVE = 30;
  private static final long DEBT_MILLIS = 1_000;

  private final Registry registry = new Registry();
  private final AwsLogin login;
  private final FanOut out = new FanOut((client, topic) -> principal(client).mayReceive(topic));
  private final Shadows shadows = new Shadows(out);
  private final Jobs jobs = new Jobs(out);
  private final Fleet fleet;
  private final Map<Client, Pace> paces = new HashMap<>();
  private final Journal<Ingested> ingested = Journal.of("a message to a rule");
  private final Journal<Received> throttled = Journal.of("a message above the pace");

  AwsIot(String endpoint, TestPki pki) {
    login = new AwsLogin(endpoint, registry);
    fleet = new Fleet(out, registry, pki);
  }

  void through(Emulation emulation) {
    out.through(emulation);
  }

  Registry registry() {
    return registry;
  }

  FanOut out() {
    return out;
  }

  Shadows shadows() {
    return shadows;
  }

  Jobs jobs() {
    return jobs;
  }

  Fleet fleet() {
    return fleet;
  }

  Journal<Ingested> ingested() {
    return ingested;
  }

  Journal<Received> throttled() {
    return throttled;
  }

  @Override
  public Limits limits() {
    return new Limits(1, MESSAGE_BYTES, TOPIC_BYTES, FILTERS, SUBSCRIPTIONS, CLIENT_ID_BYTES);
  }

  @Override
  public boolean knows(X509Certificate certificate) {
    return registry.knows(certificate);
  }

  @Override
  public Verdict connect(ConnectFields fields) {
    return login.judge(fields);
  }

  @Override
  public int keepAlive(int requested) {
    return requested == 0 || requested > MAX_KEEP_ALIVE
        ? MAX_KEEP_ALIVE
        : Math.max(requested, MIN_KEEP_ALIVE);
  }

  @Override
  public void connected(Client client) {
    presence(client, "connected", new JsonObject());
    login.authorizer(client.fields()).ifPresent(authorizer -> watch(client, authorizer));
  }

  private void watch(Client client, Authorizer authorizer) {
    later(
        authorizer.disconnectAfter(), () -> client.end("open for longer than the authorizer says"));
    refresh(client, authorizer);
  }

  /** The function is asked again, with what it was asked at the connect. */
  private void refresh(Client client, Authorizer authorizer) {
    later(
        authorizer.refreshAfter(),
        () -> {
          String refusal = authorizer.refusal(Authorizer.parameters(client.fields().username()));
          if (!refusal.isEmpty()) {
            client.end(refusal + ", at a refresh");
          } else if (client.isConnected()) {
            refresh(client, authorizer);
          }
        });
  }

  private void later(Duration pause, Runnable what) {
    out.emulation().vertx().setTimer(pause.toMillis(), ignored -> what.run());
  }

  @Override
  public void ended(Client client, String reason) {
    paces.remove(client);
    presence(client, "disconnected", new JsonObject().put("disconnectReason", reason));
  }

  private void presence(Client client, String event, JsonObject body) {
    out.publish(
        "$aws/events/presence/" + event + "/" + client.id(),
        body.put("clientId", client.id()).put("eventType", event));
  }

  @Override
  public int subscribe(Client client, String filter, int qos) {
    String excess = Topics.excess(filter);
    if (!excess.isEmpty()) {
      client.end(excess);
    } else if (!Topics.isSubscribable(filter)) {
      client.end("subscribed to " + filter);
    } else if (!principal(client).maySubscribe(filter)) {
      client.end("the policy forbids to subscribe to " + filter);
    }
    return client.isConnected() ? qos : Client.REFUSED;
  }

  @Override
  public void subscribed(Client client, String filter) {
    out.greet(client, filter);
  }

  @Override
  public void publish(Client client, Received message) {
    String topic = message.topic();
    String excess = Topics.excess(topic);
    if (!excess.isEmpty()) {
      client.end(excess);
    } else if (!principal(client).mayPublish(topic)) {
      client.end("the policy forbids to publish to " + topic);
    } else if (isWithinPace(client, message)) {
      route(client, message);
    }
  }

  private boolean isWithinPace(Client client, Received message) {
    Pace pace = paces.computeIfAbsent(client, ignored -> new Pace(message.nanos()));
    if (!pace.take(message.nanos(), message.payload().length)) {
      throttled.add(message);
    }
    if (pace.debtMillis() > DEBT_MILLIS) {
      client.end("published too fast");
    }
    return client.isConnected() || message.will();
  }

  @Override
  public long ackDelayMillis(Client client) {
    return paces.containsKey(client) ? paces.get(client).debtMillis() : 0;
  }

  private void route(Client client, Received message) {
    Matcher rule = Topics.RULE.matcher(message.topic());
    if (rule.matches()) {
      ingested.add(new Ingested(rule.group(1), rule.group(2), message));
    } else if (!Topics.isReserved(message.topic())) {
      out.pass(message);
    } else if (!shadows.handle(message)
        && !jobs.handle(client, message)
        && !fleet.handle(message)) {
      client.end("published to " + message.topic());
    }
  }

  private Principal principal(Client client) {
    return login.principal(client.id());
  }
}
