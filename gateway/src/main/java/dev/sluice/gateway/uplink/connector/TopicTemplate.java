package dev.sluice.gateway.uplink.connector;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A topic with names in braces, for example {@code site/{gateway}/readings}. Immutable. */
public final class TopicTemplate {

  /** What the topic of readings may name. */
  public static final Set<String> READINGS =
      Set.of("gateway", "uplink", "lane", "stream", "encoding", "device", "point");

  /** What the topic of the status may name: it must stay the same, as its message is retained. */
  public static final Set<String> STATUS = Set.of("gateway", "uplink");

  /** What the topic of the status of a device may name. */
  public static final Set<String> DEVICE_STATUS = Set.of("gateway", "uplink", "device");

  private static final Pattern VARIABLE = Pattern.compile("\\{([^{}]*)}");
  private static final int MAX_BYTES = 65_535;

  private final String text;

  private TopicTemplate(String text) {
    this.text = text;
  }

  /**
   * Checks a template.
   *
   * @param variables the names that it may use
   * @throws IllegalArgumentException saying what was expected
   */
  public static TopicTemplate of(String text, Set<String> variables) {
    Matcher matcher = VARIABLE.matcher(text);
    while (matcher.find()) {
      if (!variables.contains(matcher.group(1))) {
        throw new IllegalArgumentException("one of the names " + new TreeSet<>(variables));
      }
    }
    String rest = matcher.replaceAll("x");
    if (rest.indexOf('{') >= 0 || rest.indexOf('}') >= 0) {
      throw new IllegalArgumentException("braces in pairs around a name");
    }
    checkTopic(rest);
    return new TopicTemplate(text);
  }

  boolean uses(String variable) {
    return text.contains("{" + variable + "}");
  }

  /**
   * The topic.
   *
   * @throws IllegalArgumentException if a value makes it a topic that nobody may publish to
   */
  public String fill(Map<String, String> values) {
    String topic =
        VARIABLE
            .matcher(text)
            .replaceAll(found -> Matcher.quoteReplacement(values.getOrDefault(found.group(1), "")));
    checkTopic(topic);
    return topic;
  }

  /** MQTT 3.1.1, 3.3.2.1 and 4.7. */
  private static void checkTopic(String topic) {
    if (topic.isEmpty() || topic.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
      throw new IllegalArgumentException("1 to " + MAX_BYTES + " bytes");
    }
    if (topic.indexOf('+') >= 0 || topic.indexOf('#') >= 0 || topic.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("no wildcard (+ or #) and no NUL");
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
