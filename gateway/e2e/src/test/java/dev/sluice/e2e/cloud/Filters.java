package dev.sluice.e2e.cloud;

/** Topic filters of MQTT (3.1.1, 4.7). */
public final class Filters {

  private Filters() {}

  /**
   * Whether a filter takes a topic. Here as on AWS {@code a/#} does not take {@code a}; no platform
   * of ours has a topic where that matters.
   */
  public static boolean matches(String filter, String topic) {
    String[] wanted = filter.split("/", -1);
    String[] levels = topic.split("/", -1);
    boolean reserved = topic.startsWith("$");
    for (int i = 0; i < wanted.length; i++) {
      boolean wild = wanted[i].equals("#") || wanted[i].equals("+");
      if (i == 0 && reserved && wild || i >= levels.length) {
        return false;
      }
      if (wanted[i].equals("#")) {
        return true;
      }
      if (!wild && !wanted[i].equals(levels[i])) {
        return false;
      }
    }
    return wanted.length == levels.length;
  }

  /** Whether it is one at all: wildcards stand alone, and {@code #} last. */
  public static boolean isValid(String filter) {
    String[] levels = filter.split("/", -1);
    for (int i = 0; i < levels.length; i++) {
      boolean last = i == levels.length - 1;
      if (levels[i].contains("#") && !(levels[i].equals("#") && last)
          || levels[i].contains("+") && !levels[i].equals("+")) {
        return false;
      }
    }
    return !filter.isEmpty();
  }
}
