package dev.sluice.gateway.uplink.connector;

import dev.sluice.gateway.batch.ClockOffsets;
import dev.sluice.gateway.batch.CurrentValues;
import dev.sluice.gateway.command.Commands;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a connector may ask the gateway for.
 *
 * @param offsets by which times are corrected that were taken before the clock was trusted
 * @param current what every device said last
 * @param commands takes what comes down
 * @param state directory for the little that must survive a restart; null for nowhere
 */
public record ConnectorSite(
    ClockOffsets offsets, CurrentValues current, Commands commands, @Nullable Path state) {

  /** One that has nothing. */
  public static ConnectorSite bare() {
    return new ConnectorSite(ClockOffsets.NONE, new CurrentValues(), Commands.NONE, null);
  }
}
