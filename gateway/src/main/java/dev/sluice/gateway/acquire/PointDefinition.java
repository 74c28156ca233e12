package dev.sluice.gateway.acquire;

import dev.sluice.driver.ValueType;

/**
 * What is known of a point beside its values.
 *
 * @param name unique in its device
 * @param unit as configured, for example {@code kWh}; empty if none
 * @param type of the raw values
 * @param rules how they become engineering values
 */
public record PointDefinition(String name, String unit, ValueType type, PointRules rules) {}
