package dev.sluice.gateway.uplink.connector;

import dev.sluice.driver.SettingsProblem;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A thing of AWS IoT Core.
 *
 * @param readings topics and form of readings, as with any broker; topics without the rule
 * @param url of the endpoint of the account
 * @param rule to which readings go past the broker (Basic Ingest); empty for through the broker
 * @param clientId as it is configured; empty for the name of the thing
 * @param thing name of the thing
 * @param authorizer lets in by a token instead of a certificate; null for none
 * @param shadow what is reported and received; null for nothing
 * @param jobs whether jobs are taken
 * @param provisioning how a certificate is got in exchange for a claim; null for none
 */
public record AwsIotOptions(
    MqttOptions readings,
    URI url,
    String rule,
    String clientId,
    String thing,
    @Nullable AwsAuthorizer authorizer,
    @Nullable AwsShadow shadow,
    boolean jobs,
    @Nullable AwsProvisioning provisioning)
    implements ConnectorOptions {

  /** Topic, payload and frame; the platform counts the payload alone. */
  public static final int MAX_MESSAGE_BYTES = 128 << 10;

  /** Of an account that asked for no more. */
  private static final int MESSAGES_PER_SECOND = 100;

  /** The same. */
  private static final long BYTES_PER_SECOND = 512L << 10;

  private static final int MQTT_PORT = 8883;

  private static final String RULES = "$aws/rules/";
  private static final int MAX_TOPIC_BYTES = 256;
  private static final int MAX_SLASHES = 7;
  private static final int MAX_CLIENT_ID_BYTES = 128;
  private static final Pattern THING = Pattern.compile("[A-Za-z0-9:_-]{1,128}");
  private static final Pattern RULE = Pattern.compile("[A-Za-z0-9_]{1,128}");
  private static final Pattern VARIABLE = Pattern.compile("\\{[^{}]*}");

  @Override
  public String word() {
    return "aws-iot";
  }

  @Override
  public int usualMessageRate() {
    return MESSAGES_PER_SECOND;
  }

  @Override
  public long usualByteRate() {
    return BYTES_PER_SECOND;
  }

  /** Where readings go, with the rule in front. */
  public String topic() {
    return rule.isEmpty() ? readings.topic() : RULES + rule + "/" + readings.topic();
  }

  /** What TLS has to agree on: at 8883 nothing, elsewhere it tells MQTT from HTTPS. */
  public @Nullable String alpn() {
    if (authorizer != null) {
      return "mqtt";
    }
    return url.getPort() < 0 || url.getPort() == MQTT_PORT ? null : "x-amzn-mqtt-ca";
  }

  @Override
  public List<SettingsProblem> problems() {
    var problems = new ArrayList<SettingsProblem>(readings.problems());
    if (!"ssl".equals(url.getScheme()) && !"mqtts".equals(url.getScheme())) {
      problems.add(
          new SettingsProblem(
              "url",
              url.getScheme() + "://",
              "ssl://PREFIX-ats.iot.REGION.amazonaws.com, with :443 where 8883 is closed",
              "AWS is reached over TLS, and by this connector not over WebSockets"));
    }
    topic("topic", topic() + suffix(), problems);
    topic("statusTopic", readings.statusTopic(), problems);
    topic("deviceStatusTopic", readings.deviceStatusTopic(), problems);
    if (!THING.matcher(thing).matches()) {
      problems.add(
          new SettingsProblem(
              "aws-iot/thing",
              "'" + thing + "'",
              "1 to 128 letters, digits, :, _ and -",
              "things of AWS have no other names"));
    }
    if (!rule.isEmpty() && !RULE.matcher(rule).matches()) {
      problems.add(
          new SettingsProblem("aws-iot/rule", "'" + rule + "'", "letters, digits and _", ""));
    }
    if (!rule.isEmpty() && readings.retain()) {
      problems.add(
          new SettingsProblem(
              "retain", "true with aws-iot.rule", "one of them", "a rule keeps nothing"));
    }
    int bytes = clientId.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_CLIENT_ID_BYTES) {
      problems.add(new SettingsProblem("clientId", bytes + " bytes", "at most 128 bytes", ""));
    }
    if (authorizer != null) {
      problems.addAll(authorizer.problems());
      if (provisioning != null) {
        problems.add(
            new SettingsProblem(
                "aws-iot/provisioning",
                "provisioning beside an authorizer",
                "one of them",
                "one brings a certificate, the other needs none"));
      }
    }
    return List.copyOf(problems);
  }

  private String suffix() {
    try (var packing = new Packing(readings.form(), readings.compression())) {
      boolean appended = packing.isMarked() && !readings.topic().contains("{encoding}");
      return appended ? "/" + packing.encoding() : "";
    }
  }

  private static void topic(String path, String template, List<SettingsProblem> problems) {
    String excess = excess(VARIABLE.matcher(template).replaceAll("x"));
    if (!excess.isEmpty()) {
      problems.add(
          new SettingsProblem(
              path,
              "'" + template + "', a " + excess,
              "at most 256 bytes and 7 slashes",
              "AWS closes the connection over a longer one"));
    }
    if (template.startsWith("$") && !template.startsWith(RULES)) {
      problems.add(
          new SettingsProblem(
              path, "'" + template + "'", "a topic that does not begin with $", "these are AWS's"));
    }
  }

  /**
   * Why a topic is too long for the platform, in words; empty when it is not. Of a topic of a rule
   * the first three levels do not count.
   */
  public static String excess(String topic) {
    String counted = topic;
    if (topic.startsWith(RULES)) {
      counted = topic.substring(topic.indexOf('/', RULES.length()) + 1);
    }
    int bytes = counted.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_TOPIC_BYTES) {
      return "topic of " + bytes + " bytes";
    }
    long slashes = counted.chars().filter(c -> c == '/').count();
    return slashes > MAX_SLASHES ? "topic with " + slashes + " slashes" : "";
  }
}
