package dev.sluice.gateway.command;

import java.util.Map;

/**
 * How things shall be, said by a twin, a shadow or a configuration. To say it twice is no harm.
 *
 * @param source the uplink on which it came
 * @param version as the platform counts; 0 when it does not
 * @param state as in {@link Command#parameters}
 */
public record DesiredState(String source, long version, Map<String, Object> state)
    implements Request {}
