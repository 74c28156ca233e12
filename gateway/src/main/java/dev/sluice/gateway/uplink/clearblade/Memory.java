package dev.sluice.gateway.uplink.clearblade;

import dev.sluice.gateway.uplink.connector.ClearbladeOptions;
import dev.sluice.gateway.uplink.connector.ConnectorSite;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * What outlives a connection.
 *
 * @param heldBack devices that the platform does not take
 * @param troubles what did not go as it should
 * @param applied configurations that were carried out
 * @param reports what came of the configuration of each device
 * @param doubts about tokens
 * @param stated when the state of each device was said the last time, monotonic nanoseconds
 */
record Memory(
    HeldBack heldBack,
    Troubles troubles,
    TokenDoubts doubts,
    Applied applied,
    Map<String, Map<String, Object>> reports,
    Map<String, Long> stated) {

  /**
   * Of an uplink, empty.
   *
   * @param site has the directory for what outlives the process, too
   */
  static Memory of(
      String uplink, ClearbladeOptions options, ConnectorSite site, RandomGenerator random) {
    Path state = site.state();
    Path file = state == null ? null : state.resolve("clearblade-" + uplink + ".applied");
    return new Memory(
        new HeldBack(options.retry(), random),
        new Troubles(site.complaints()),
        new TokenDoubts(options, site.time()),
        new Applied(file),
        new HashMap<>(),
        new HashMap<>());
  }
}
