package dev.sluice.driver;

/** In which way a poll failed; decides what the host does next. */
public enum PollFailure {
  /** No complete reply in time. Retried; then the device counts as down. */
  TIMEOUT,
  /** The reply was no valid frame, or not one that answers the request. Retried. */
  BAD_REPLY,
  /**
   * The device answered that it will not or cannot. It is alive; not retried before its next turn.
   */
  REJECTED,
  /** The device is busy. It is alive; asked again at its next turn. */
  BUSY,
  /**
   * Something between the line and this device says that the device does not answer. As TIMEOUT.
   */
  UNREACHABLE,
  /** The medium is gone. The host reconnects the line. */
  LINE_DOWN
}
