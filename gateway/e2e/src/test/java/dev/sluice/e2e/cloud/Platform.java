package dev.sluice.e2e.cloud;

import java.security.cert.X509Certificate;

/**
 * The rules of one platform. Called on the one event loop of its emulation; a method that finds a
 * rule broken ends the client and returns.
 */
public interface Platform {

  Limits limits();

  /** Whether TLS accepts this client certificate; by default its owner is judged at CONNECT. */
  default boolean knows(X509Certificate certificate) {
    return true;
  }

  Verdict connect(ConnectFields fields);

  /** After the CONNACK. */
  default void connected(Client client) {}

  /** The seconds that a client is held to; 0 for no limit. */
  default int keepAlive(int requested) {
    return requested;
  }

  /** Whether a session may outlive its connection. */
  default boolean keepsSessions() {
    return true;
  }

  /** A message within the limits; acknowledged afterwards if the client is still there. */
  void publish(Client client, Received message);

  /** How long its acknowledgement waits; for a platform that shapes its traffic. */
  default long ackDelayMillis(Client client) {
    return 0;
  }

  /** The QoS granted, or {@link Client#REFUSED}. */
  int subscribe(Client client, String filter, int qos);

  /** After the SUBACK. */
  default void subscribed(Client client, String filter) {}

  /** After the connection is gone. */
  default void ended(Client client, String reason) {}
}
