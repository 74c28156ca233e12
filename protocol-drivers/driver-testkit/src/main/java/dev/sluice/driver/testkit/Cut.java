package dev.sluice.driver.testkit;

/** How a connection ends. */
public enum Cut {
  /** Both ends see a reset, as after a reboot of the peer. */
  RESET,
  /** Both ends see the end of the stream, as after an orderly close. */
  FIN,
  /**
   * Only the receiver of the direction sees the end of the stream; the other way still works, as
   * when a peer has said its last word but reads on.
   */
  HALF_CLOSE
}
