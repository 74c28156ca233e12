package dev.sluice.gateway.uplink.mqtt;

import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * A message to be published.
 *
 * @param topic without wildcards, 1 to 65535 bytes of UTF-8
 * @param payload not changed by anybody from here on
 * @param qos how it is delivered
 * @param retained whether the broker keeps it for those who subscribe later
 * @param note what its conversation wants to find when it is written; never sent
 */
public record Publication(
    String topic, Buffer payload, Qos qos, boolean retained, @Nullable Object note) {

  /** What surrounds topic and payload in a PUBLISH packet at QoS 1, at most. MQTT 3.1.1, 3.3. */
  public static final int OVERHEAD = 1 + 4 + 2 + 2;

  /** One without a note. */
  public Publication(String topic, Buffer payload, Qos qos, boolean retained) {
    this(topic, payload, qos, retained, null);
  }

  /** One at QoS 1. */
  public Publication(String topic, Buffer payload, boolean retained) {
    this(topic, payload, Qos.AT_LEAST_ONCE, retained);
  }

  /** What it occupies of the window, bytes. */
  public int size() {
    return OVERHEAD + topic.length() + payload.length();
  }
}
