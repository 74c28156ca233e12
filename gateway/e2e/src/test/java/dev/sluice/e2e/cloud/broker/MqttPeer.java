package dev.sluice.e2e.cloud.broker;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Predicate;

/** One client of a {@link PahoPeer}, under the name the test gave it. */
public record MqttPeer(Peer peer, String name) {

  /**
   * Connects over TLS; the host name is checked.
   *
   * @param password {@code null} for none
   */
  public Outcome connect(String host, int port, String clientId, String user, String password) {
    var with = with().put("url", "ssl://" + host + ":" + port).put("id", clientId);
    with.put("user", user);
    if (password != null) {
      with.put("password", password);
    }
    return peer.ask("connect", with);
  }

  /** Connects as above, but acknowledges messages only when it is told to. */
  public Outcome connectUnacknowledging(
      String host, int port, String clientId, String user, String password) {
    return peer.ask(
        "connect",
        with()
            .put("url", "ssl://" + host + ":" + port)
            .put("id", clientId)
            .put("user", user)
            .put("password", password)
            .put("manual", true));
  }

  public Outcome subscribe(String filter, int qos) {
    return peer.ask("subscribe", with().put("filter", filter).put("qos", qos));
  }

  /** Subscribes; fails when no answer comes in time. */
  public Outcome trySubscribe(String filter, int limitMillis) {
    return peer.ask("subscribe", with().put("filter", filter).put("limit", limitMillis));
  }

  /** Publishes with quality 1 and waits for the PUBACK, which has to come. */
  public void publish(String topic, String text) {
    peer.must("publish", with().put("topic", topic).put("text", text));
  }

  /** Publishes; fails when no acknowledgment comes in time. */
  public Outcome tryPublish(String topic, String text, int qos, int limitMillis) {
    return peer.ask(
        "publish",
        with().put("topic", topic).put("text", text).put("qos", qos).put("limit", limitMillis));
  }

  /** Publishes, and expects the connection to end or an acknowledgment to come. */
  public Outcome tryPublish(String topic, String text, int qos) {
    return peer.ask("publish", with().put("topic", topic).put("text", text).put("qos", qos));
  }

  /** Publishes that many zeros, and expects as above. */
  public Outcome tryPublishBytes(String topic, int bytes) {
    return peer.ask("publish", with().put("topic", topic).put("bytes", bytes));
  }

  /** Publishes many with quality 0, as fast as it can. */
  public void burst(String topic, int count) {
    peer.ask("burst", with().put("topic", topic).put("count", count));
  }

  public void acknowledge(int packetId) {
    peer.must("acknowledge", with().put("packet", packetId));
  }

  public void disconnect() {
    peer.must("disconnect", with());
  }

  /** Waits for a message, from the start on. */
  public JsonObject message(String topic, Predicate<JsonObject> which) {
    return peer.event(
        "message", m -> isMine(m) && topic.equals(m.getString("topic")) && which.test(m));
  }

  public JsonObject message(String topic) {
    return message(topic, any -> true);
  }

  /** What has come so far on a topic. */
  public List<JsonObject> messages(String topic) {
    return peer.events("message").stream()
        .filter(m -> isMine(m) && topic.equals(m.getString("topic")))
        .toList();
  }

  /** Waits until the connection is lost. */
  public void lost() {
    peer.event("lost", this::isMine);
  }

  private boolean isMine(JsonObject event) {
    return name.equals(event.getString("client"));
  }

  private JsonObject with() {
    return new JsonObject().put("client", name);
  }
}
