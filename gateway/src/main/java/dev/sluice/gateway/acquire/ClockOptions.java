package dev.sluice.gateway.acquire;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How far the wall clock is believed.
 *
 * @param trust when
 * @param floorFile where the latest time seen is kept, so that a clock that stands before it is
 *     never trusted; none keeps only the build date as the floor
 */
public record ClockOptions(ClockTrust trust, @Nullable Path floorFile) {

  public static final ClockOptions DEFAULTS = new ClockOptions(ClockTrust.AUTO, null);
}
