package dev.sluice.gateway.normalize;

import dev.sluice.driver.ValueType;

/**
 * A point as it is after normalizing.
 *
 * @param name unique in its device
 * @param unit as configured; empty if none
 * @param type of the normalized values
 * @param scale of its decimals, 0 to 18; a point whose raw values are decimals may have other
 *     scales from value to value
 */
public record OutputPoint(String name, String unit, ValueType type, int scale) {}
