package dev.sluice.gateway.command;

/**
 * Somebody upstream wants a point to have a value.
 *
 * @param source the uplink on which it came, for example {@code cloud}
 * @param id by which the same request is known again; empty when the platform gives none, and then
 *     nothing is taken for a repetition
 * @param expiresMillis not to be carried out after this wall-clock time, milliseconds since 1970; 0
 *     for never
 * @param device id of the device
 * @param point name of the point
 * @param value in engineering units: {@link java.math.BigDecimal}, {@link Boolean} or {@link
 *     String}
 */
public record WriteRequest(
    String source, String id, long expiresMillis, String device, String point, Object value) {}
