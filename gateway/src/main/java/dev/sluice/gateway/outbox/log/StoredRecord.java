package dev.sluice.gateway.outbox.log;

/** A durable record as it was appended, with its seq. The reader owns the payload. */
@SuppressWarnings("ArrayRecordComponent") // never compared; a copy per record would be waste
public record StoredRecord(long seq, int kind, int readings, byte[] payload) {}
