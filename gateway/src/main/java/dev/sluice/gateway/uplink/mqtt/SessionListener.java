package dev.sluice.gateway.uplink.mqtt;

/** Who uses a session; called on its context, and no more once the session has ended. */
public interface SessionListener {

  /**
   * The broker has a message: it acknowledged it or, at QoS 0, answered a ping sent after it.
   *
   * @param token as given to {@link MqttSession#publish}
   */
  void acknowledged(long token);

  /** Something that was subscribed to came; it is acknowledged when this returns. */
  default void received(Incoming message) {}

  /**
   * The session, which had been connected, is over; everything that was in flight may or may not
   * have arrived. Not called after an own {@link MqttSession#close()}.
   */
  void ended(LinkException why);
}
