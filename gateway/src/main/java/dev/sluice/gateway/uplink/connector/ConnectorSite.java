package dev.sluice.gateway.uplink.connector;

import dev.sluice.driver.TimeSource;
import dev.sluice.gateway.batch.ClockOffsets;
import dev.sluice.gateway.batch.CurrentValues;
import dev.sluice.gateway.command.Commands;
import dev.sluice.gateway.command.Requests;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a connector may ask the gateway for.
 *
 * @param offsets by which times are corrected that were taken before the clock was trusted
 * @param current what every device said last
 * @param commands takes writes that come down
 * @param requests takes all else that comes down: states, methods, jobs
 * @param state directory for the little that must survive a restart; null for nowhere
 * @param time the clocks
 * @param complaints counts what the platform of this uplink complains of
 */
public record ConnectorSite(
    ClockOffsets offsets,
    CurrentValues current,
    Commands commands,
    Requests requests,
    @Nullable Path state,
    TimeSource time,
    Complaints complaints) {

  /** Of no uplink in particular; each has its own by {@link #complaining}. */
  public ConnectorSite(
      ClockOffsets offsets,
      CurrentValues current,
      Commands commands,
      Requests requests,
      @Nullable Path state,
      TimeSource time) {
    this(offsets, current, commands, requests, state, time, new Complaints(""));
  }

  /** The same for an uplink. */
  public ConnectorSite complaining(Complaints complaints) {
    return new ConnectorSite(offsets, current, commands, requests, state, time, complaints);
  }
}
