package dev.sluice.driver;

/**
 * What a poll brought.
 *
 * @param values as many and in the order of {@link Poll#points()}
 * @param timing when, and how many bytes
 */
public record PollResult(Values values, PollTiming timing) {}
