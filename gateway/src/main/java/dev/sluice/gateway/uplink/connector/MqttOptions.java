package dev.sluice.gateway.uplink.connector;

import dev.sluice.driver.SettingsProblem;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * For any MQTT broker.
 *
 * @param topic template with {gateway} {uplink} {lane} {stream} {encoding} {device} {point}; unless
 *     payloads are plain JSON or single values or it names {encoding}, that is appended, for
 *     example {@code /zstd} or {@code /cbor}
 * @param form of the payloads
 * @param compression of the payloads
 * @param statusTopic template with {gateway} {uplink}; empty for no status messages
 * @param retain whether the broker keeps what a device or point said last
 * @param deviceStatusTopic template with {gateway} {uplink} {device}; empty for no such messages
 */
public record MqttOptions(
    String topic,
    Form form,
    Compression compression,
    String statusTopic,
    boolean retain,
    String deviceStatusTopic)
    implements ConnectorOptions {

  private static final int MAX_TOPIC_BYTES = 1_024;

  /** One that retains nothing but the status. */
  public MqttOptions(String topic, Form form, Compression compression, String statusTopic) {
    this(topic, form, compression, statusTopic, false, "");
  }

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
    if (!deviceStatusTopic.isEmpty()) {
      topic("deviceStatusTopic", deviceStatusTopic, TopicTemplate.DEVICE_STATUS, problems);
      if (!names(deviceStatusTopic, "device")) {
        add(
            problems,
            "deviceStatusTopic",
            deviceStatusTopic,
            "{device} in it",
            "each device has a retained message of its own");
      }
    }
    values(problems);
    retained(problems);
    return List.copyOf(problems);
  }

  private void values(List<SettingsProblem> problems) {
    boolean both = names(topic, "device") && names(topic, "point");
    if (form.isPerPoint() && !both) {
      add(
          problems,
          "topic",
          topic,
          "{device} and {point} in it",
          "with form " + form.word() + " each value has a topic of its own");
    }
    if (!form.isPerPoint() && names(topic, "point")) {
      add(
          problems,
          "topic",
          topic,
          "no {point} with form " + form.word(),
          "form value or plain sends one value per message");
    }
    if (form.isPerPoint() && compression != Compression.NONE) {
      problems.add(
          new SettingsProblem(
              "compression",
              compression.name().toLowerCase(Locale.ROOT),
              "none with form " + form.word(),
              "a single value does not shrink"));
    }
  }

  private void retained(List<SettingsProblem> problems) {
    if (retain && !names(topic, "device")) {
      problems.add(
          new SettingsProblem(
              "retain",
              "true with the topic '" + topic + "'",
              "false, or {device} in the topic",
              "the last record is not the last values: it holds what changed last, of any device"));
    }
    if (retain && names(topic, "stream")) {
      problems.add(
          new SettingsProblem(
              "retain",
              "true with {stream} in the topic",
              "false, or a topic without {stream}",
              "what was retained under a former stream would stay at the broker for ever"));
    }
  }

  private static boolean names(String template, String variable) {
    return template.contains("{" + variable + "}");
  }

  private static void add(
      List<SettingsProblem> problems, String path, String found, String expected, String hint) {
    problems.add(new SettingsProblem(path, "'" + found + "'", expected, hint));
  }

  private static void topic(
      String path, String template, Set<String> variables, List<SettingsProblem> problems) {
    try {
      TopicTemplate.of(template, variables);
    } catch (IllegalArgumentException e) {
      add(problems, path, template, String.valueOf(e.getMessage()), "");
    }
    int bytes = template.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_TOPIC_BYTES) {
      problems.add(
          new SettingsProblem(path, bytes + " bytes", "at most " + MAX_TOPIC_BYTES + " bytes", ""));
    }
  }
}
