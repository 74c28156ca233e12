package dev.sluice.gateway.uplink;

/**
 * How much may be published in a second.
 *
 * @param messages per second, 0 for no limit
 * @param bytes per second, topic, payload and frame, 0 for no limit
 */
public record RateLimit(int messages, long bytes) {

  public static final RateLimit NONE = new RateLimit(0, 0);

  static final int MOST_MESSAGES = 1_000_000;
  static final long MOST_BYTES = 10L << 30;
}
