package dev.sluice.gateway.uplink.clearblade;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Devices that the platform does not take, over connections: each is left alone for a while, after
 * the next refusal for twice as long, and so on to an hour, a part of it at random. Time is given
 * to it; not thread-safe.
 */
final class HeldBack {

  private static final long LONGEST = TimeUnit.HOURS.toNanos(1);

  /** What is forgotten first is what was refused longest ago. */
  private static final int MOST = 10_000;

  private record Device(int refusals, long until, String why) {}

  private final long first;
  private final RandomGenerator random;
  private final Map<String, Device> devices = new LinkedHashMap<>();

  /** Connections in a row that ended over the first attach. */
  private int closes;

  /**
   * Nobody yet.
   *
   * @param first pause after the first refusal
   */
  HeldBack(Duration first, RandomGenerator random) {
    this.first = first.toNanos();
    this.random = random;
  }

  /** The platform said no. */
  void refused(String id, String why, long nowNanos) {
    Device former = devices.remove(id);
    int refusals = 1;
    if (former != null && nowNanos - former.until < 2 * LONGEST) {
      refusals += former.refusals;
    }
    long pause = Math.min(LONGEST, first << Math.min(refusals - 1, 12));
    long until = nowNanos + pause - random.nextLong(pause / 4);
    devices.put(id, new Device(refusals, until, why));
    if (devices.size() > MOST) {
      devices.remove(devices.keySet().iterator().next());
    }
  }

  /**
   * A connection was closed while the first attach was under way: any may be, so it has to happen
   * again before it says something.
   *
   * @return whether it says that attaching is what closes them
   */
  boolean closedOverAttach() {
    return ++closes > 1;
  }

  /** Attaching works. */
  void attached() {
    closes = 0;
  }

  boolean isHeld(String id, long nowNanos) {
    Device device = devices.get(id);
    return device != null && nowNanos - device.until < 0;
  }

  /** Those that are left alone now, with what the platform said, at most so many. */
  Map<String, Object> reasons(long nowNanos, int most) {
    var reasons = new LinkedHashMap<String, Object>();
    devices.forEach(
        (id, device) -> {
          if (nowNanos - device.until < 0 && reasons.size() < most) {
            reasons.put(id, device.why);
          }
        });
    return reasons;
  }

  int count(long nowNanos) {
    return (int) devices.values().stream().filter(d -> nowNanos - d.until < 0).count();
  }
}
