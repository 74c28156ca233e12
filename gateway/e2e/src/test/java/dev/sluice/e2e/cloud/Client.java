package dev.sluice.e2e.cloud;

import io.vertx.core.internal.net.NetSocketInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** A client as long as it is connected. On the event loop of its emulation only. */
public final class Client {

  /** The return code of a SUBACK that is a refusal. */
  public static final int REFUSED = 0x80;

  private final Emulation emulation;
  private final NetSocketInternal socket;
  private final ConnectFields fields;
  private final Session session;
  private int publishes;
  private boolean ended;

  /** What waits for the acknowledgement of the message it answers; null when nothing is held. */
  private List<Object> held;

  Client(Emulation emulation, NetSocketInternal socket, ConnectFields fields, Session session) {
    this.emulation = emulation;
    this.socket = socket;
    this.fields = fields;
    this.session = session;
  }

  public String id() {
    return fields.clientId();
  }

  public ConnectFields fields() {
    return fields;
  }

  public Set<String> subscriptions() {
    return Set.copyOf(session.subscriptions.keySet());
  }

  public boolean isConnected() {
    return !ended;
  }

  /** Closes the connection without a word, as MQTT 3.1.1 has it. */
  public void end(String reason) {
    if (!ended) {
      gone(true, reason);
      socket.close();
    }
  }

  /**
   * Sends a message if the client has subscribed to its topic, at the QoS granted but no more than
   * this.
   *
   * @return completes with the PUBACK; fails when the client has not subscribed or does not come
   *     back for it
   */
  public CompletableFuture<Void> send(String topic, byte[] payload, int qos) {
    int granted = session.qosFor(topic);
    if (granted < 0) {
      return CompletableFuture.failedFuture(new UndeliveredException("not subscribed: " + topic));
    }
    return sendUnasked(topic, payload, Math.min(qos, granted));
  }

  /** Sends a message whether the client has subscribed or not: AWS does with answers of jobs. */
  public CompletableFuture<Void> sendUnasked(String topic, byte[] payload, int qos) {
    var delivery = new Session.Delivery(topic, payload, false, new CompletableFuture<>());
    if (qos == 0) {
      write(Packets.publish(topic, payload, 0, false, 0));
      delivery.done().complete(null);
    } else {
      write(Packets.publish(topic, payload, 1, false, session.keep(delivery)));
    }
    return delivery.done();
  }

  /** What it has not acknowledged on an earlier connection comes again. */
  void redeliver() {
    session
        .unacknowledged()
        .forEach(
            (id, delivery) ->
                write(
                    Packets.publish(
                        delivery.topic(), delivery.payload(), 1, !delivery.fresh(), id)));
  }

  Session session() {
    return session;
  }

  /** How many it has published, with this one. */
  int countPublish() {
    return ++publishes;
  }

  /** From now on what is written waits. */
  void hold() {
    held = new ArrayList<>();
  }

  /** What has waited, to be written after the acknowledgement. */
  List<Object> release() {
    List<Object> waited = held;
    held = null;
    return waited;
  }

  void write(Object packet) {
    if (held != null) {
      held.add(packet);
    } else if (!ended) {
      socket.writeMessage(packet);
    }
  }

  /** The connection is over, for whatever reason; only the first counts. */
  void gone(boolean byUs, String reason) {
    if (!ended) {
      ended = true;
      emulation.gone(this, byUs, reason);
    }
  }
}
