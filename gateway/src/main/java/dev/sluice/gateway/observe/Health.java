package dev.sluice.gateway.observe;

import dev.sluice.gateway.acquire.LineStats;
import dev.sluice.gateway.outbox.OutboxStats;
import dev.sluice.gateway.uplink.UplinkStats;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether the gateway does its work. A broker or a device that is down does not make it unhealthy:
 * holding out is its work. From any thread.
 */
public final class Health {

  /** An event loop that did not come for so long hangs. */
  private static final long HANGING_NANOS = 5_000_000_000L;

  private final Observed gateway;
  private final LoopWatch loops;

  public Health(Observed gateway, LoopWatch loops) {
    this.gateway = gateway;
    this.loops = loops;
  }

  /**
   * An answer for a probe.
   *
   * @param details in words and numbers, for people
   */
  public record Answer(boolean ok, Map<String, Object> details) {}

  /** Whether the event loops answer; if not, a restart is due. */
  public Answer live() {
    long silent = loops.silentNanos();
    return new Answer(silent < HANGING_NANOS, Map.of("event_loop_silent_ms", silent / 1_000_000));
  }

  /** Whether readings are taken and made durable. */
  public Answer ready() {
    var details = new LinkedHashMap<String, Object>();
    OutboxStats outbox = gateway.outbox();
    details.put("outbox", outbox.writable() ? "writable" : "not writable");
    details.put("unsynced_ms", outbox.unsyncedNanos() / 1_000_000);
    details.put("clock", gateway.clockTrusted() ? "trusted" : "untrusted");
    List<LineStats> lines = gateway.lines();
    details.put("lines", lines.size());
    details.put("lines_connected", lines.stream().filter(LineStats::connected).count());
    details.put(
        "devices_up",
        lines.stream()
            .flatMap(line -> line.devices().stream())
            .filter(LineStats.DeviceStats::up)
            .count());
    for (UplinkStats uplink : gateway.uplinks()) {
      details.put(
          "uplink_" + uplink.id(),
          uplink.state().word() + (uplink.detail().isEmpty() ? "" : ": " + uplink.detail()));
    }
    return new Answer(outbox.writable(), details);
  }
}
