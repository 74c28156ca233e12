package dev.sluice.gateway;

import dev.sluice.driver.Values;
import dev.sluice.gateway.acquire.LineVerticle;
import dev.sluice.gateway.acquire.PointDefinition;
import dev.sluice.gateway.acquire.RunningDevice;
import dev.sluice.gateway.command.CommandSite;
import dev.sluice.gateway.config.GatewayConfig;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What commands may reach: the devices of the lines that run, and nothing that is only planned. */
record RunningDevices(Supplier<GatewayConfig> config, Supplier<Collection<LineVerticle>> lines)
    implements CommandSite {

  @Override
  public boolean knows(String uplink) {
    return config.get().uplinks().stream().anyMatch(each -> each.id().equals(uplink));
  }

  @Override
  public boolean mayCommand(String uplink) {
    return config.get().uplinks().stream()
        .anyMatch(each -> each.id().equals(uplink) && each.commands());
  }

  @Override
  public @Nullable Target device(String id) {
    for (LineVerticle line : lines.get()) {
      RunningDevice device = line.device(id);
      if (device != null) {
        return new OnItsLine(device);
      }
    }
    return null;
  }

  private record OnItsLine(RunningDevice device) implements Target {

    @Override
    public List<PointDefinition> points() {
      return device.definition().points();
    }

    @Override
    public boolean isWritable(int point) {
      return device.isWritable(point);
    }

    @Override
    public Future<Void> write(int point, Values raw, Supplier<String> objection) {
      return device.write(new int[] {point}, raw, objection);
    }
  }
}
