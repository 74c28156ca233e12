package dev.sluice.gateway.uplink;

import java.util.Locale;

/** Which lane goes first while both have something to send. */
public enum Order {
  /** News go first, beside a fair share of what was waiting. */
  LIVE_FIRST,
  /** Strictly by seq: nothing is live to the consumer before all that was waiting has arrived. */
  OLDEST_FIRST;

  private final String word = name().toLowerCase(Locale.ROOT).replace('_', '-');

  /** As in the configuration. */
  public String word() {
    return word;
  }
}
