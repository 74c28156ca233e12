package dev.sluice.gateway.command;

import java.util.Map;

/**
 * A piece of work with a document, done once, whose end is told.
 *
 * @param source the uplink on which it came
 * @param id of the job
 * @param version of its execution; 0 when the platform has none
 * @param document as in {@link Command#parameters}
 */
public record Job(String source, String id, long version, Map<String, Object> document)
    implements Request {}
