package dev.sluice.e2e.cloud.ibm;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which things the organization knows, with their tokens; who may register others. */
final class Registrations {

  private final Map<Thing, String> tokens = new HashMap<>();
  private final Set<Thing> privileged = new HashSet<>();
  private final Map<Thing, Thing> gateways = new HashMap<>();
  private final Set<String> refusedTypes = new HashSet<>();

  void add(Thing thing, String token) {
    tokens.put(thing, token);
  }

  void privilege(Thing gateway) {
    privileged.add(gateway);
  }

  /** Nothing of this type is registered from now on, as when a quota is used up. */
  void refuse(String type) {
    refusedTypes.add(type);
  }

  /** There is room again. */
  void allow(String type) {
    refusedTypes.remove(type);
  }

  boolean authenticates(Thing thing, String token) {
    return token != null && token.equals(tokens.get(thing));
  }

  boolean knows(Thing thing) {
    return tokens.containsKey(thing);
  }

  /** The gateway that spoke for a device last. */
  Optional<Thing> gatewayOf(Thing device) {
    return Optional.ofNullable(gateways.get(device));
  }

  /**
   * A gateway speaks for a thing: from now on that is behind it, and registered if need be.
   *
   * @return why not, or empty
   */
  Optional<String> speaks(Thing gateway, Thing device) {
    if (!tokens.containsKey(device)) {
      if (!privileged.contains(gateway)) {
        return Optional.of("The gateway is not authorized to register devices");
      }
      if (refusedTypes.contains(device.type())) {
        return Optional.of("The device type cannot be registered");
      }
      // It has a token that nobody was told, so it cannot come by itself.
      tokens.put(device, "none was given to " + device + " " + System.nanoTime());
    }
    if (!device.equals(gateway)) {
      gateways.put(device, gateway);
    }
    return Optional.empty();
  }
}
