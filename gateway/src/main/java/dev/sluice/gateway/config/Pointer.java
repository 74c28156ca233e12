package dev.sluice.gateway.config;

import java.util.ArrayList;
import java.util.List;

/**
 * Where in a document: keys and indices from the root.
 *
 * @param steps unescaped
 */
record Pointer(List<String> steps) {

  static final Pointer ROOT = new Pointer(List.of());

  Pointer {
    steps = List.copyOf(steps);
  }

  static Pointer of(String... steps) {
    return new Pointer(List.of(steps));
  }

  Pointer then(String step) {
    var longer = new ArrayList<>(steps);
    longer.add(step);
    return new Pointer(longer);
  }

  /** Follows a path as drivers write it, keys joined by {@code /}. */
  Pointer thenPath(String path) {
    var longer = new ArrayList<>(steps);
    for (String step : path.split("/", -1)) {
      if (!step.isEmpty()) {
        longer.add(step);
      }
    }
    return new Pointer(longer);
  }

  boolean isUnder(Pointer other) {
    return steps.size() >= other.steps.size()
        && steps.subList(0, other.steps.size()).equals(other.steps);
  }

  @Override
  public String toString() {
    return Texts.printable(String.join("/", steps), 200);
  }
}
