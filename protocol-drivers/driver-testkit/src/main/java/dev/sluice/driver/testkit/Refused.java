package dev.sluice.driver.testkit;

import java.util.Set;

/**
 * Settings that a driver must refuse though they are valid by its schema.
 *
 * @param settings with at least one fault
 * @param paths of all the problems that must be named at once, as {@link
 *     dev.sluice.driver.SettingsProblem#path()}
 */
public record Refused<T>(T settings, Set<String> paths) {

  public Refused {
    paths = Set.copyOf(paths);
  }
}
