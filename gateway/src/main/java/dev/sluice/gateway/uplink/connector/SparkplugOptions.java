package dev.sluice.gateway.uplink.connector;

import dev.sluice.driver.SettingsProblem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * An Edge Node of Sparkplug B 3.0.
 *
 * @param group id of the group
 * @param node id of this Edge Node, unique in its group
 * @param primaryHost id of the host without which nothing is sent; empty for none
 * @param primaryHostWait with several servers: how long one that says nothing of the primary host
 *     is given, 1 s to 1 h
 * @param aliases whether metrics are told by number after the births
 * @param rebirthEvery requests for a rebirth within this time after one are answered together by
 *     another one, 0 s to 1 min
 * @param commandMaxAge a command with an older timestamp is refused; 0 s for no limit
 */
public record SparkplugOptions(
    String group,
    String node,
    String primaryHost,
    Duration primaryHostWait,
    boolean aliases,
    Duration rebirthEvery,
    Duration commandMaxAge)
    implements ConnectorOptions {

  private static final String FORBIDDEN = "+/#";

  @Override
  public String word() {
    return "sparkplug";
  }

  @Override
  public List<SettingsProblem> problems() {
    var problems = new ArrayList<SettingsProblem>();
    id("sparkplug/group", group, problems);
    id("sparkplug/node", node, problems);
    if (!primaryHost.isEmpty()) {
      id("sparkplug/primaryHost", primaryHost, problems);
    }
    return List.copyOf(problems);
  }

  private static void id(String path, String value, List<SettingsProblem> problems) {
    boolean bad =
        value.isEmpty() || value.chars().anyMatch(c -> FORBIDDEN.indexOf(c) >= 0 || c == 0);
    if (bad) {
      problems.add(
          new SettingsProblem(
              path, "'" + value + "'", "a name without +, / and #", "it becomes part of topics"));
    }
  }
}
