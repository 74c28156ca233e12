package dev.sluice.gateway.command;

import java.util.Map;

/**
 * A method to be called, once.
 *
 * @param source the uplink on which it came
 * @param id by which the same call is known again; empty when the platform gives none
 * @param expiresMillis not to be carried out after this wall-clock time, milliseconds since 1970; 0
 *     for never
 * @param name of the method
 * @param parameters of it: {@link Map}, {@link java.util.List}, {@link String}, {@link
 *     java.math.BigDecimal}, {@link Boolean} and null
 */
public record Command(
    String source, String id, long expiresMillis, String name, Map<String, Object> parameters)
    implements Request {}
