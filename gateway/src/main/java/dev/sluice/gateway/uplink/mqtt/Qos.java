package dev.sluice.gateway.uplink.mqtt;

import io.netty.handler.codec.mqtt.MqttQoS;

/** How a message is delivered; MQTT 3.1.1, 4.3. Exactly once is used by no connector. */
public enum Qos {
  /**
   * The broker says nothing of it. It counts as arrived when the broker answers a ping that was
   * written after it: what comes later on the same connection is read later.
   */
  AT_MOST_ONCE(MqttQoS.AT_MOST_ONCE),
  /** The broker acknowledges it. */
  AT_LEAST_ONCE(MqttQoS.AT_LEAST_ONCE);

  final MqttQoS wire;

  Qos(MqttQoS wire) {
    this.wire = wire;
  }
}
