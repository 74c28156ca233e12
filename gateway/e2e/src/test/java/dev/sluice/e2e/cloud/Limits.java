package dev.sluice.e2e.cloud;

/**
 * What every platform has a figure for; what is above costs the connection, filters of one
 * SUBSCRIBE and subscriptions only their own failure.
 *
 * @param payloadBytes of one message, without its topic
 * @param topicBytes of a topic in UTF-8
 * @param filters in one SUBSCRIBE
 * @param subscriptions of one session
 * @param clientIdBytes of a client id in UTF-8
 */
public record Limits(
    int qos, int payloadBytes, int topicBytes, int filters, int subscriptions, int clientIdBytes) {}
