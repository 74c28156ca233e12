package dev.sluice.gateway.uplink.connector;

import dev.sluice.gateway.batch.ClockOffsets;
import dev.sluice.gateway.batch.CurrentValues;
import dev.sluice.gateway.command.Commands;
import dev.sluice.gateway.command.Requests;
import dev.sluice.gateway.uplink.mqtt.Monotonic;
import java.nio.file.Path;

/** Sites for connectors under test, of which most is nothing. */
public final class BareSite {

  private BareSite() {}

  public static ConnectorSite bare() {
    return of(ClockOffsets.NONE, new CurrentValues(), Commands.NONE, null);
  }

  public static ConnectorSite of(
      ClockOffsets offsets, CurrentValues current, Commands commands, Path state) {
    return new ConnectorSite(offsets, current, commands, Requests.NONE, state, new Monotonic());
  }
}
