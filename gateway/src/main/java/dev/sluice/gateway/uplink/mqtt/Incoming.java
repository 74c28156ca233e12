package dev.sluice.gateway.uplink.mqtt;

import io.vertx.core.buffer.Buffer;

/**
 * A message from the broker.
 *
 * @param topic on which it came
 * @param payload any bytes
 * @param retained whether the broker had kept it from before the subscription
 * @param receipt its acknowledgment, which who hears of it may put off
 */
public record Incoming(String topic, Buffer payload, boolean retained, Receipt receipt) {

  /** One that nobody waits for. */
  public Incoming(String topic, Buffer payload, boolean retained) {
    this(topic, payload, retained, new Receipt(() -> {}));
  }
}
