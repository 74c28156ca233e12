package dev.sluice.gateway.config;

/**
 * How large a configuration may be; guards the memory of a small gateway.
 *
 * @param maxBytes of the file
 * @param maxValues how many values it may hold after its aliases are followed
 */
public record ConfigLimits(int maxBytes, int maxValues) {

  /** 1 MiB and a million values. */
  public static final ConfigLimits DEFAULTS = new ConfigLimits(1 << 20, 1_000_000);
}
