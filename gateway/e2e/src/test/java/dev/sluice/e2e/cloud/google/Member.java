package dev.sluice.e2e.cloud.google;

import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** A connected device: whose it is, until when, and what it has attached. */
final class Member {

  private final Device device;
  private final Instant expires;
  private final Set<String> attached = new LinkedHashSet<>();
  private final Map<String, Long> lastState = new HashMap<>();

  Member(Device device, Instant expires) {
    this.device = device;
    this.expires = expires;
  }

  Device device() {
    return device;
  }

  Instant expires() {
    return expires;
  }

  Set<String> attached() {
    return attached;
  }

  /** Whether this connection may speak for a device. */
  boolean speaksFor(String id) {
    return id.equals(device.id()) || attached.contains(id);
  }

  /**
   * Notes that a device reports its state.
   *
   * @return nanoseconds since it did the last time
   */
  long stateAfter(String id, long now) {
    Long last = lastState.put(id, now);
    return last == null ? Long.MAX_VALUE : now - last;
  }
}
