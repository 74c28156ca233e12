package dev.sluice.gateway.uplink.mqtt;

import io.vertx.core.buffer.Buffer;

/**
 * A message from the broker.
 *
 * @param topic on which it came
 * @param payload any bytes
 * @param retained whether the broker had kept it from before the subscription
 */
public record Incoming(String topic, Buffer payload, boolean retained) {}
