package dev.sluice.gateway.uplink.connector;

import dev.sluice.driver.SettingsProblem;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * For any MQTT broker.
 *
 * @param topic template with {gateway} {uplink} {lane} {stream} {encoding}; unless payloads are
 *     plain JSON or it names {encoding}, that is appended, {@code /zstd} or {@code /cbor}
 * @param form of the payloads
 * @param compression of the payloads
 * @param statusTopic template with {gateway} {uplink}; empty for no status messages
 */
public record MqttOptions(String topic, Form form, Compression compression, String statusTopic)
    implements ConnectorOptions {

  private static final int MAX_TOPIC_BYTES = 1_024;

  @Override
  public String word() {
    return "mqtt";
  }

  @Override
  public List<SettingsProblem> problems() {
    var problems = new ArrayList<SettingsProblem>();
    topic("topic", topic, TopicTemplate.READINGS, problems);
    if (!statusTopic.isEmpty()) {
      topic("statusTopic", statusTopic, TopicTemplate.STATUS, problems);
    }
    return List.copyOf(problems);
  }

  private static void topic(
      String path, String template, Set<String> variables, List<SettingsProblem> problems) {
    try {
      TopicTemplate.of(template, variables);
    } catch (IllegalArgumentException e) {
      problems.add(
          new SettingsProblem(path, "'" + template + "'", String.valueOf(e.getMessage()), ""));
    }
    int bytes = template.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_TOPIC_BYTES) {
      problems.add(
          new SettingsProblem(path, bytes + " bytes", "at most " + MAX_TOPIC_BYTES + " bytes", ""));
    }
  }
}
