package dev.sluice.gateway.outbox.log;

/** What somebody has not acknowledged; one uplink or all of them. */
interface Needs {

  /** The lowest seq at or above another one that is not acknowledged. */
  long nextFrom(long from);

  /**
   * All from {@code from} to before this is not acknowledged either, where {@code from} is not; it
   * may be more.
   */
  long rangeEnd(long from);
}
