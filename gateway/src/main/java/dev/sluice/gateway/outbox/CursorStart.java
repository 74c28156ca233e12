package dev.sluice.gateway.outbox;

/** Where an uplink that the outbox does not know begins. */
public enum CursorStart {
  /** Behind what is there; a gap tells the uplink that this is not for it. */
  NOW,
  /** With the oldest record. */
  OLDEST
}
