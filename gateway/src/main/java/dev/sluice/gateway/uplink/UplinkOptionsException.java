package dev.sluice.gateway.uplink;

import dev.sluice.driver.SettingsProblem;
import java.util.List;
import java.util.stream.Collectors;

/** Options that no uplink can work with; names every problem at once. */
public final class UplinkOptionsException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private final transient List<SettingsProblem> problems;

  UplinkOptionsException(List<SettingsProblem> problems) {
    super(problems.stream().map(SettingsProblem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  /** With paths named as the components of {@link UplinkOptions}, {@code tls/key} for example. */
  public List<SettingsProblem> problems() {
    return problems;
  }
}
