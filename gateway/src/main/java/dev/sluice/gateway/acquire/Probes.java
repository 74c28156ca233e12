package dev.sluice.gateway.acquire;

import dev.sluice.driver.TimeSource;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * When the devices of a line that are down are asked again, so that together they take at most
 * their share of it. On the line's context.
 *
 * <pre>
 *   later --back-off passed--> waiting --a pause of the schedule, or patience over--> take
 * </pre>
 */
final class Probes {

  /** A probe waits for a pause of the schedule, but not longer than this. */
  private static final long PATIENCE_NANOS = 1_000_000_000L;

  /**
   * After one in vain the line belongs to the polls for so many times its length: 4 %, so that with
   * what it costs to find out that a device is silent it stays within 5 %.
   */
  private static final int POLLS_PER_PROBE = 24;

  private record Probe(DeviceLoop device, long sinceNanos) {}

  private final Vertx vertx;
  private final TimeSource time;
  private final Runnable due;
  private final ArrayDeque<Probe> waiting = new ArrayDeque<>();
  private final Map<DeviceLoop, Long> timers = new HashMap<>();
  private long allowedNanos;

  /**
   * None yet.
   *
   * @param due called when a probe begins to wait
   */
  Probes(Vertx vertx, TimeSource time, Runnable due) {
    this.vertx = vertx;
    this.time = time;
    this.due = due;
    this.allowedNanos = time.nanoTime();
  }

  /** Asks a device when its back-off has passed; nothing if that is under way. */
  void later(DeviceLoop device) {
    if (!timers.containsKey(device)) {
      timers.put(
          device,
          vertx.setTimer(
              device.probeBackoff.nextMillis(),
              id -> {
                timers.remove(device);
                waiting.add(new Probe(device, time.nanoTime()));
                due.run();
              }));
    }
  }

  /** Asks a device as soon as the line has time. */
  void now(DeviceLoop device) {
    cancel(device);
    waiting.add(new Probe(device, time.nanoTime()));
  }

  void cancel(DeviceLoop device) {
    Long timer = timers.remove(device);
    if (timer != null) {
      vertx.cancelTimer(timer);
    }
    waiting.removeIf(probe -> probe.device == device);
  }

  void cancelAll() {
    List.copyOf(timers.keySet()).forEach(this::cancel);
    waiting.clear();
  }

  /**
   * Whether one may be run in a pause.
   *
   * @param alone no poll waits for the line, so a probe takes nothing from anybody
   */
  boolean areDue(long nowNanos, boolean alone) {
    return !waiting.isEmpty() && (alone || nowNanos - allowedNanos >= 0);
  }

  /** Whether one has waited so long that it goes before the polls. */
  boolean areOverdue(long nowNanos, boolean alone) {
    return areDue(nowNanos, alone) && nowNanos - waiting.element().sinceNanos >= PATIENCE_NANOS;
  }

  /** The device that has waited longest. */
  DeviceLoop take() {
    return waiting.remove().device;
  }

  /** A probe brought nothing, so what it cost of the line is counted. */
  void wasInVain(long busNanos) {
    allowedNanos = time.nanoTime() + POLLS_PER_PROBE * busNanos;
  }

  /** How long until a waiting one may be run; {@link Long#MAX_VALUE} if none waits. */
  long nanosToNext(long nowNanos) {
    return waiting.isEmpty() ? Long.MAX_VALUE : Math.max(0, allowedNanos - nowNanos);
  }
}
