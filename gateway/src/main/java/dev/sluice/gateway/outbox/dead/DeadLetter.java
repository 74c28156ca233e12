package dev.sluice.gateway.outbox.dead;

/**
 * A record that an uplink could not deliver.
 *
 * @param uplink its id
 * @param stream the stream of which the record is
 * @param seq its number there
 * @param kind code of its kind
 * @param readings how many are in it
 * @param keptMillis when it was kept, wall clock, ms since 1970; 0 when that was not trusted
 * @param reason why it was not delivered, a sentence
 * @param payload as in the outbox; not changed by anybody
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody; a copy per letter would be waste
public record DeadLetter(
    String uplink,
    String stream,
    long seq,
    int kind,
    int readings,
    long keptMillis,
    String reason,
    byte[] payload) {

  private static final int MAX_REASON = 1_000;

  public DeadLetter {
    if (reason.length() > MAX_REASON) {
      reason = reason.substring(0, MAX_REASON);
    }
  }

  /** Whether it is the same record for the same uplink. */
  boolean isSameAs(DeadLetter other) {
    return seq == other.seq && uplink.equals(other.uplink) && stream.equals(other.stream);
  }
}
