package dev.sluice.gateway.outbox.log;

/**
 * Records that are gone before every cursor had them.
 *
 * @param first lowest seq; 0, as last, when they belonged to a stream whose end was not found
 * @param last highest seq
 * @param records how many, as far as known
 * @param readings in them, as far as known
 * @param cause why
 */
public record Loss(long first, long last, long records, long readings, Cause cause) {

  /** Why records are gone. */
  public enum Cause {
    BYTES,
    AGE,
    CORRUPT,
    DISK
  }
}
