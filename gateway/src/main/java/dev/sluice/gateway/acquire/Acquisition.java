package dev.sluice.gateway.acquire;

/**
 * When something happened in the field.
 *
 * @param wallMillis milliseconds since 1970 by the wall clock as it was then
 * @param clockTrusted whether the wall clock could be trusted then
 * @param monotonicNanos the same moment by the monotonic clock of this process
 */
public record Acquisition(long wallMillis, boolean clockTrusted, long monotonicNanos) {}
