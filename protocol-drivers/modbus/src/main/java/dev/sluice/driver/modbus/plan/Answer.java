package dev.sluice.driver.modbus.plan;

import dev.sluice.driver.PollTiming;
import io.vertx.core.buffer.Buffer;

/**
 * The reply to a {@link dev.sluice.driver.modbus.codec.Request}, checked.
 *
 * @param pdu of the reply; empty after a broadcast
 * @param dataOffset of its first byte of data
 */
public record Answer(Buffer pdu, int dataOffset, PollTiming timing) {}
