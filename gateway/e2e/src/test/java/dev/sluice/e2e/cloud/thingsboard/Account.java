package dev.sluice.e2e.cloud.thingsboard;

/**
 * A device of the tenant with the token that is its MQTT user name.
 *
 * @param gateway whether it may speak for others
 */
public record Account(String name, String token, boolean gateway) {}
