package dev.sluice.gateway.uplink.connector;

import java.util.Locale;

/** Whether a record is news. */
public enum Lane {
  /** Became durable while the uplink was connected. */
  LIVE,
  /** Was waiting when the uplink connected. */
  HISTORY;

  private final String word = name().toLowerCase(Locale.ROOT);

  /** As sent and as part of topics. */
  public String word() {
    return word;
  }
}
