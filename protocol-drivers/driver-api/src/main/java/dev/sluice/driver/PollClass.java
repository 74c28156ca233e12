package dev.sluice.driver;

/** Which transaction goes first when several wait for one medium; earlier constants first. */
public enum PollClass {
  /** Somebody waits for it. */
  WRITE,
  /** The schedule. */
  POLL,
  /** Asks a device that was silent whether it is back; never more than a small share of the bus. */
  PROBE
}
