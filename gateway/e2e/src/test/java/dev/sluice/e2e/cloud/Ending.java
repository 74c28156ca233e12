package dev.sluice.e2e.cloud;

/**
 * The end of a connection, or of an attempt at one.
 *
 * @param nanos {@link System#nanoTime()} of it
 * @param byUs whether the platform ended it
 * @param reason in words; the client is not told, MQTT 3.1.1 has no place for it
 */
public record Ending(long nanos, String clientId, boolean byUs, String reason) {}
