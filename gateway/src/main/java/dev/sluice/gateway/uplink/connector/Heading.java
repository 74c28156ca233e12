package dev.sluice.gateway.uplink.connector;

/**
 * What the messages of a record say of it beside its content.
 *
 * @param stream from which it comes
 * @param seq of it
 * @param lane on which it is sent
 * @param low the lowest seq not acknowledged on this uplink
 * @param topics where its messages go
 */
record Heading(String stream, long seq, Lane lane, long low, Topics topics) {}
