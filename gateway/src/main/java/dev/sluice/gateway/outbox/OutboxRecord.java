package dev.sluice.gateway.outbox;

/**
 * One durable record.
 *
 * @param seq its number in the stream, from 1, without holes
 * @param kind what it holds
 * @param readings how many readings it holds; 0 for other kinds than data
 * @param payload as it was appended; the reader owns the array
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody; a copy per record would be waste
public record OutboxRecord(long seq, RecordKind kind, int readings, byte[] payload) {}
