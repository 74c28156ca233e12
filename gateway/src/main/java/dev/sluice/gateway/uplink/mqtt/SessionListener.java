package dev.sluice.gateway.uplink.mqtt;

/** Who uses a session; called on its context, and no more once the session has ended. */
public interface SessionListener {

  /**
   * The broker took responsibility for a message.
   *
   * @param token as given to {@link MqttSession#publish}
   */
  void acknowledged(long token);

  /**
   * The session, which had been connected, is over; everything that was in flight may or may not
   * have arrived. Not called after an own {@link MqttSession#close()}.
   */
  void ended(LinkException why);
}
