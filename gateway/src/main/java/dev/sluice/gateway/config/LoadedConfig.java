package dev.sluice.gateway.config;

import java.util.List;

/**
 * A valid configuration and what is worth telling about it.
 *
 * @param config to be run
 * @param warnings what is allowed but probably not meant, in the order of the file
 * @param lines what each line will be asked to do
 */
public record LoadedConfig(
    GatewayConfig config, List<ConfigProblem> warnings, List<LinePlan> lines) {

  public LoadedConfig {
    warnings = List.copyOf(warnings);
    lines = List.copyOf(lines);
  }
}
