package dev.sluice.gateway.config;

import dev.sluice.gateway.acquire.AcquireOptions;
import dev.sluice.gateway.acquire.ClockOptions;
import dev.sluice.gateway.acquire.DeviceSpec;
import dev.sluice.gateway.acquire.LineSpec;
import dev.sluice.gateway.batch.BatchOptions;
import dev.sluice.gateway.command.CommandOptions;
import dev.sluice.gateway.observe.http.HttpOptions;
import dev.sluice.gateway.outbox.CursorStart;
import dev.sluice.gateway.outbox.FlashOptions;
import dev.sluice.gateway.outbox.MemoryOptions;
import dev.sluice.gateway.outbox.OutboxOptions;
import dev.sluice.gateway.uplink.UplinkOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A configuration that was found valid. Compared by value: an equal one means that nothing changed,
 * and so does an equal line, device or uplink in it. Holds secrets, so it is not to be logged; its
 * own text leaves everything out but counts.
 *
 * @param gateway the name of this gateway
 * @param lines in the order of the file
 * @param devices in the order of the file; each names one of the lines
 * @param uplinks in the order of the file
 * @param memory what the outbox does without a disk
 * @param flash what its disk stands
 * @param deadLetterBytes what is kept of records that no broker took, bytes
 * @param commands what may come down
 */
public record GatewayConfig(
    String gateway,
    List<LineSpec> lines,
    List<DeviceSpec> devices,
    List<UplinkOptions> uplinks,
    OutboxOptions outbox,
    MemoryOptions memory,
    FlashOptions flash,
    long deadLetterBytes,
    BatchOptions batch,
    AcquireOptions acquire,
    CommandOptions commands,
    HttpOptions http,
    ClockOptions clock) {

  public GatewayConfig {
    lines = List.copyOf(lines);
    devices = List.copyOf(devices);
    uplinks = List.copyOf(uplinks);
  }

  /** Where each uplink begins when the outbox does not know it, by id. */
  public Map<String, CursorStart> uplinkStarts() {
    return uplinks.stream()
        .collect(Collectors.toUnmodifiableMap(UplinkOptions::id, uplink -> uplink.flow().start()));
  }

  /** The sections in which another one differs and that only a restart can change. */
  public List<String> needsRestart(GatewayConfig next) {
    var fixed = new ArrayList<String>();
    compare(fixed, "gateway", gateway, next.gateway);
    compare(fixed, "acquire", acquire, next.acquire);
    compare(fixed, "batch", batch, next.batch);
    compare(
        fixed,
        "outbox",
        List.of(outbox, memory, flash),
        List.of(next.outbox, next.memory, next.flash));
    compare(fixed, "outbox", deadLetterBytes, next.deadLetterBytes);
    compare(fixed, "commands", commands, next.commands);
    compare(fixed, "http", http, next.http);
    compare(fixed, "clock", clock, next.clock);
    return fixed;
  }

  private static void compare(List<String> differing, String key, Object before, Object next) {
    if (!before.equals(next)) {
      differing.add(key);
    }
  }

  @Override
  public String toString() {
    return "gateway "
        + gateway
        + ": "
        + lines.size()
        + " lines, "
        + devices.size()
        + " devices, "
        + uplinks.size()
        + " uplinks";
  }
}
