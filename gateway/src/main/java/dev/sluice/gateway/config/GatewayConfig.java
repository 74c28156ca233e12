package dev.sluice.gateway.config;

import dev.sluice.gateway.acquire.AcquireOptions;
import dev.sluice.gateway.acquire.ClockOptions;
import dev.sluice.gateway.acquire.DeviceSpec;
import dev.sluice.gateway.acquire.LineSpec;
import dev.sluice.gateway.batch.BatchOptions;
import dev.sluice.gateway.observe.http.HttpOptions;
import dev.sluice.gateway.outbox.OutboxOptions;
import dev.sluice.gateway.uplink.UplinkOptions;
import java.util.List;

/**
 * A configuration that was found valid. Compared by value: an equal one means that nothing changed,
 * and so does an equal line, device or uplink in it. Holds secrets, so it is not to be logged; its
 * own text leaves everything out but counts.
 *
 * @param gateway the name of this gateway
 * @param lines in the order of the file
 * @param devices in the order of the file; each names one of the lines
 * @param uplinks in the order of the file
 */
public record GatewayConfig(
    String gateway,
    List<LineSpec> lines,
    List<DeviceSpec> devices,
    List<UplinkOptions> uplinks,
    OutboxOptions outbox,
    BatchOptions batch,
    AcquireOptions acquire,
    HttpOptions http,
    ClockOptions clock) {

  public GatewayConfig {
    lines = List.copyOf(lines);
    devices = List.copyOf(devices);
    uplinks = List.copyOf(uplinks);
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
