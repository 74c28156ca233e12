package dev.sluice.driver;

import io.vertx.core.json.JsonObject;

/**
 * What the owner configured for a point.
 *
 * @param name unique in its device
 * @param json its keys as configured; not to be changed
 */
public record PointSettings(String name, JsonObject json) {}
