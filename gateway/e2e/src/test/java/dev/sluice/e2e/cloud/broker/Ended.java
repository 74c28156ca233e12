package dev.sluice.e2e.cloud.broker;

/**
 * The end of a connection.
 *
 * @param reason the rule or fault for which the platform closed it; {@code "disconnect"} or {@code
 *     "lost"} when the client went by itself
 * @param nanos when, {@link System#nanoTime()}
 */
public record Ended(String clientId, String reason, long nanos) {}
