package dev.sluice.gateway.uplink.clearblade;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What outlives a connection.
 *
 * @param heldBack devices that the platform does not take
 * @param troubles what did not go as it should
 * @param applied configurations that were carried out
 * @param reports what came of the configuration of each device
 * @param stated when the state of each device was said the last time, monotonic nanoseconds
 */
record Memory(
    HeldBack heldBack,
    Troubles troubles,
    Applied applied,
    Map<String, Map<String, Object>> reports,
    Map<String, Long> stated) {

  /**
   * Of an uplink, empty.
   *
   * @param state directory for what outlives the process, too; null for none
   * @param retry how long a refused device is left alone at first
   */
  static Memory of(String uplink, @Nullable Path state, Duration retry, RandomGenerator random) {
    Path file = state == null ? null : state.resolve("clearblade-" + uplink + ".applied");
    return new Memory(
        new HeldBack(retry, random),
        new Troubles(uplink),
        new Applied(file),
        new HashMap<>(),
        new HashMap<>());
  }
}
