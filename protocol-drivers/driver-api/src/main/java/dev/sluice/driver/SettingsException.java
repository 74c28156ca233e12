package dev.sluice.driver;

import java.util.List;
import java.util.stream.Collectors;

/** Settings that a driver cannot work with; names every problem at once, not only the first. */
public final class SettingsException extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient List<SettingsProblem> problems;

  public SettingsException(List<SettingsProblem> problems) {
    super(problems.stream().map(SettingsProblem::toString).collect(Collectors.joining("\n")));
    if (problems.isEmpty()) {
      throw new IllegalArgumentException("BUG: settings refused without a problem");
    }
    this.problems = List.copyOf(problems);
  }

  public List<SettingsProblem> problems() {
    return problems;
  }
}
