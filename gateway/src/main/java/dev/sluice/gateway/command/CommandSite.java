package dev.sluice.gateway.command;

import dev.sluice.driver.Values;
import dev.sluice.gateway.acquire.PointDefinition;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What runs now, as far as commands are concerned. From any thread. */
public interface CommandSite {

  /** Whether this is the name of an uplink that is configured. */
  boolean knows(String uplink);

  /** Whether the owner lets an uplink command. */
  boolean mayCommand(String uplink);

  /** A device that runs; null if there is none of that name. */
  @Nullable Target device(String id);

  /** A device as it is configured now. Of no use once that changes: then its writes fail. */
  interface Target {

    /** A point is known by its index here. */
    List<PointDefinition> points();

    /** Whether the owner lets anybody write to a point. */
    boolean isWritable(int point);

    /**
     * Writes a point, once.
     *
     * @param raw a column of one
     * @param objection asked at the last moment, from any thread, why it must not be sent; empty if
     *     it may be
     * @return completes when the device confirmed it; fails with a {@link
     *     dev.sluice.gateway.acquire.WriteException}, or with a {@link
     *     dev.sluice.driver.SettingsException} for what cannot be written
     */
    Future<Void> write(int point, Values raw, Supplier<String> objection);
  }
}
