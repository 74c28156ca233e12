package dev.sluice.driver;

import io.vertx.core.json.JsonObject;

/**
 * What the owner configured for a line.
 *
 * @param id the line's name, unique in the gateway
 * @param json its keys as configured, durations and sizes still as text ({@code "1s"}); not to be
 *     changed
 */
public record LineSettings(String id, JsonObject json) {}
