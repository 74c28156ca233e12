package dev.sluice.gateway.outbox.log;

import java.io.IOException;

/** Is told what a walk over a log finds, in the order of the seqs; on the walking thread. */
public interface LogVisitor {

  /**
   * A record whose checksum holds.
   *
   * @param wallMillis when it was written, ms since 1970; 0 when the clock was not trusted
   * @return whether the walk goes on
   */
  boolean record(StoredRecord record, long wallMillis) throws IOException;

  /** Something is not as it was written. */
  void damage(Damage damage) throws IOException;

  /** How far it is; called often. */
  default void progress(long bytes, long all) {}
}
