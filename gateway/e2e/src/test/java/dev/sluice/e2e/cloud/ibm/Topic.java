package dev.sluice.e2e.cloud.ibm;

import dev.sluice.e2e.cloud.broker.Violation;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A topic that something is published to.
 *
 * @param thing who it is about; {@code null} in the form of a device that speaks for itself
 * @param kind {@code evt}, {@code cmd} or {@code mgmt} for device management
 * @param rest name and format of an event or command, or what follows the version in device
 *     management
 */
record Topic(Thing thing, String kind, String rest) {

  private static final String ABOUT = "(?:type/(%1$s)/id/(%1$s)/)?".formatted(Thing.NAME);

  private static final Pattern MESSAGE =
      Pattern.compile("iot-2/" + ABOUT + "(evt|cmd)/([^/+#]+/fmt/[^/+#]+)");

  private static final Pattern MANAGEMENT = Pattern.compile("iotdevice-1/" + ABOUT + "(.+)");

  /**
   * Reads a topic.
   *
   * @throws Violation if the platform has none like it
   */
  static Topic parse(String topic) {
    Matcher message = MESSAGE.matcher(topic);
    if (message.matches()) {
      return new Topic(thing(message), message.group(3), message.group(4));
    }
    Matcher management = MANAGEMENT.matcher(topic);
    if (management.matches()) {
      return new Topic(thing(management), "mgmt", management.group(3));
    }
    throw new Violation("unknown topic " + topic);
  }

  private static Thing thing(Matcher matcher) {
    return matcher.group(1) == null ? null : new Thing(matcher.group(1), matcher.group(2));
  }

  Thing or(Thing self) {
    return thing == null ? self : thing;
  }

  static String about(Thing thing) {
    return "type/" + thing.type() + "/id/" + thing.id() + "/";
  }
}
