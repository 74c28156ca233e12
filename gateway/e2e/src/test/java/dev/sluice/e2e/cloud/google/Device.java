package dev.sluice.e2e.cloud.google;

import java.security.PublicKey;
import java.util.List;
import java.util.Set;

/**
 * A device of the registry.
 *
 * @param gateway whether it may attach others
 * @param keys at most three, so that one can be rotated
 * @param boundTo gateways that may attach it without a token of its own
 */
public record Device(String id, boolean gateway, List<PublicKey> keys, Set<String> boundTo) {

  static final int MAX_KEYS = 3;

  public Device {
    if (keys.size() > MAX_KEYS) {
      throw new IllegalArgumentException(id + " has more than " + MAX_KEYS + " keys");
    }
  }

  public static Device gateway(String id, PublicKey... keys) {
    return new Device(id, true, List.of(keys), Set.of());
  }

  /** A device that speaks for itself, or through a gateway with a token of its own. */
  public static Device alone(String id, PublicKey... keys) {
    return new Device(id, false, List.of(keys), Set.of());
  }

  /** A device without keys behind one gateway. */
  public static Device behind(String gateway, String id) {
    return new Device(id, false, List.of(), Set.of(gateway));
  }
}
