package dev.sluice.simulator.spec;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A fault given by hand.
 *
 * @param length how long it lasts; null for good
 */
public record FaultOrder(Fault fault, @Nullable Duration length) {

  /**
   * Reads {@code FAULT} or {@code FAULT for TIME}, for example {@code unplug for 3s}.
   *
   * @throws IllegalArgumentException naming what was found and expected
   */
  public static FaultOrder parse(String words) {
    String[] parts = words.strip().split("\\s+for\\s+", 2);
    return new FaultOrder(
        Fault.parse(parts[0]), parts.length == 2 ? FaultWords.time(parts[1].strip()) : null);
  }
}
