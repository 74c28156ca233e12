package dev.sluice.gateway.outbox;

import java.time.Duration;

/**
 * What the flash below the outbox stands.
 *
 * @param endurance bytes that can be written to it in its life, as its maker says; 0 when not known
 * @param slowSync an fsync that takes longer is counted, and told
 */
public record FlashOptions(long endurance, Duration slowSync) {

  /** Not known, and a second. */
  public static final FlashOptions DEFAULTS = new FlashOptions(0, Duration.ofSeconds(1));

  public FlashOptions {
    if (endurance < 0 || slowSync.toMillis() < 1) {
      throw new IllegalArgumentException("endurance " + endurance + ", slowSync " + slowSync);
    }
  }
}
