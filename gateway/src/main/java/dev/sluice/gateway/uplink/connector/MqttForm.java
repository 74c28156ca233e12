package dev.sluice.gateway.uplink.connector;

/**
 * How the plain connector sends.
 *
 * @param gateway id of this gateway
 * @param uplink id of this uplink
 * @param topic of readings, states and gaps
 * @param statusTopic of the retained status; empty for none
 * @param deviceStatusTopic of the retained status of each device; empty for none
 * @param form of readings, states and gaps
 * @param compression of the same
 * @param retain whether the broker keeps what came last of the live lane
 * @param maxMessageBytes topic, payload as it is sent (compressed) and packet frame together, at
 *     most; 1 KiB or more
 */
public record MqttForm(
    String gateway,
    String uplink,
    String topic,
    String statusTopic,
    String deviceStatusTopic,
    Form form,
    Compression compression,
    boolean retain,
    int maxMessageBytes) {

  /** One that retains nothing but the status. */
  public MqttForm(
      String gateway,
      String uplink,
      String topic,
      String statusTopic,
      Form form,
      Compression compression,
      int maxMessageBytes) {
    this(gateway, uplink, topic, statusTopic, "", form, compression, false, maxMessageBytes);
  }
}
