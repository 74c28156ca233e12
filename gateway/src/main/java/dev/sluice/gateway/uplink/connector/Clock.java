package dev.sluice.gateway.uplink.connector;

import java.util.Locale;

/** What the times of a message are worth. */
public enum Clock {
  /** The wall clock could be trusted when they were taken. */
  TRUSTED,
  /** It could not, but later in that boot; they are what it should have said. */
  CORRECTED,
  /** It could not: they are what it said. */
  UNTRUSTED;

  /** As told in messages. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
