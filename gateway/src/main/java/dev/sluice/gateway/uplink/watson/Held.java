package dev.sluice.gateway.uplink.watson;

import dev.sluice.driver.TimeSource;
import dev.sluice.gateway.uplink.connector.Complaints;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Devices of which the platform takes nothing. They are held back together and tried again
 * together, after pauses that double, a part of each at random: each trial that fails costs the
 * connection. Lives as long as the uplink.
 */
final class Held {

  private static final Logger LOG = LoggerFactory.getLogger(Held.class);

  private static final Duration LONGEST = Duration.ofHours(1);

  private final String uplink;
  private final Duration first;
  private final TimeSource time;
  private final RandomGenerator random;
  private final Complaints complaints;
  private final Map<String, String> devices = new TreeMap<>();
  private Duration pause;
  private long until;
  private boolean ever;
  private long count;

  /**
   * Nobody yet.
   *
   * @param first pause after the first refusal
   */
  Held(
      String uplink,
      Duration first,
      TimeSource time,
      RandomGenerator random,
      Complaints complaints) {
    this.uplink = uplink;
    this.first = first;
    this.time = time;
    this.random = random;
    this.complaints = complaints;
    this.pause = first;
  }

  boolean holds(String device) {
    return devices.containsKey(device) && time.nanoTime() - until < 0;
  }

  /** Devices that were refused last, and why. */
  Map<String, String> devices() {
    return devices;
  }

  /** Refusals so far. */
  long count() {
    return count;
  }

  /** The platform dropped a message of this device. */
  void refused(String device, String why) {
    count++;
    complaints.add("device_refused", device, why);
    long now = time.nanoTime();
    if (!ever || now - until >= 0) {
      boolean again = ever && now - until < LONGEST.toNanos();
      Duration doubled = pause.multipliedBy(2);
      pause = !again ? first : doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST;
      until = now + pause.toNanos() - random.nextLong(pause.toNanos() / 4);
      ever = true;
      devices.clear();
    }
    if (devices.put(device, why) == null) {
      LOG.atWarn()
          .addKeyValue("uplink", uplink)
          .addKeyValue("device", device)
          .addKeyValue("reason", why)
          .addKeyValue("retryMillis", (until - now) / 1_000_000)
          .addKeyValue("count", count)
          .addKeyValue("hint", "register it; what it says meanwhile: sluice outbox dead")
          .log("device held back: the platform takes nothing of it");
    }
  }
}
