package dev.sluice.gateway.outbox.log;

/**
 * Records that are gone before a cursor had them.
 *
 * @param uplink whose cursor it is; empty when they are gone for all, or nobody knows
 * @param first lowest seq; 0, as last, when they belonged to a stream whose end was not found
 * @param last highest seq
 * @param records how many, as far as known
 * @param readings in them, as far as known
 * @param cause why
 */
public record Loss(String uplink, long first, long last, long records, long readings, Cause cause) {

  /** For all. */
  Loss(long first, long last, long records, long readings, Cause cause) {
    this("", first, last, records, readings, cause);
  }

  /** Why records are gone. */
  public enum Cause {
    BYTES,
    AGE,
    CORRUPT,
    DISK,

    /** They are encrypted and the key is not here. */
    KEY,

    /** The uplink is new: what was there before is not for it. */
    START
  }
}
