package dev.sluice.e2e.cloud.broker;

import java.util.List;

/**
 * What one platform makes of what a client sends. The broker calls it on its only thread, one call
 * at a time; it must not block.
 */
public interface Contract {

  /** Return code of CONNACK that lets a client in. */
  int ACCEPTED = 0;

  /** Granted quality of service that says no. */
  int REFUSED = 0x80;

  /** May change while a test runs. */
  Limits limits();

  /**
   * Decides about a client that knocks.
   *
   * @return the return code of CONNACK, {@link #ACCEPTED} to let it in
   * @throws Violation to close without a CONNACK
   */
  int connect(Connect connect);

  /** By what the platform knows that two clients are one, of which the older has to go. */
  default String identity(Connect connect) {
    return connect.clientId();
  }

  /** The client is in; nothing of it was read yet. */
  default void opened(Session session) {}

  /**
   * Takes a message that is within the limits.
   *
   * @return how many acknowledgments it gets: 1 as a rule, 0 where the platform drops it in silence
   * @throws Violation to close the connection
   */
  int published(Session session, Received message);

  /**
   * Decides about one SUBSCRIBE packet.
   *
   * @return what is granted for each filter, {@link #REFUSED} where it says no; empty for no answer
   * @throws Violation to close the connection
   */
  List<Integer> subscribe(Session session, List<Subscription> subscriptions);

  /** The filters were granted and the client was told. */
  default void subscribed(Session session, List<Subscription> subscriptions) {}

  /** The connection is gone. */
  default void closed(Session session) {}

  /** Called some ten times a second, for what ends by time. */
  default void tick() {}
}
