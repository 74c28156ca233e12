package dev.sluice.e2e.cloud.broker;

/** A topic filter and the quality of service that was asked for, later the one that was granted. */
public record Subscription(String filter, int qos) {

  /** Whether a topic is under the filter, by the rules of MQTT for {@code +} and {@code #}. */
  public boolean covers(String topic) {
    String[] levels = topic.split("/", -1);
    String[] pattern = filter.split("/", -1);
    for (int i = 0; i < pattern.length; i++) {
      if (pattern[i].equals("#")) {
        return true;
      }
      if (i >= levels.length || !pattern[i].equals("+") && !pattern[i].equals(levels[i])) {
        return false;
      }
    }
    return levels.length == pattern.length;
  }
}
