package dev.sluice.e2e.cloud.ibm;

import io.vertx.core.json.JsonObject;

/**
 * A thing that asked to be managed.
 *
 * @param lifetimeSeconds until it has to ask again, 0 for ever
 * @param info what it told of itself
 */
public record Managed(
    long lifetimeSeconds, boolean deviceActions, boolean firmwareActions, JsonObject info) {}
