package dev.sluice.gateway.outbox.log;

/**
 * A record to append.
 *
 * @param kind 0 to 255, opaque to the log except for {@link Announcer#kind()}
 * @param readings what it counts for when it gets lost
 * @param payload opaque; not changed by the log
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; a copy per record would be waste
public record Entry(int kind, int readings, byte[] payload) {}
