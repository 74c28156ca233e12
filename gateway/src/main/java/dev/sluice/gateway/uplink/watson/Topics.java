package dev.sluice.gateway.uplink.watson;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The topics of the platform in the long form, in which a gateway speaks for things. */
final class Topics {

  /** A command that came down. */
  record Order(Thing thing, String name, String format) {}

  /** Something of device management. */
  record Managing(@Nullable Thing thing, String action) {}

  private static final String EVENTS = "iot-2/";
  private static final Pattern ORDER =
      Pattern.compile("iot-2/type/([^/]+)/id/([^/]+)/cmd/([^/]+)/fmt/([^/]+)");
  private static final Pattern MANAGING =
      Pattern.compile("iotdm-1/(?:type/([^/]+)/id/([^/]+)/)?(.+)");

  private Topics() {}

  static String event(Thing thing, String name) {
    return EVENTS + thing.path() + "evt/" + name + "/fmt/json";
  }

  static String management(Thing thing, String action) {
    return "iotdevice-1/" + thing.path() + action;
  }

  static String notices(Thing gateway) {
    return EVENTS + gateway.path() + "notify";
  }

  static List<String> filters(Thing gateway) {
    return List.of(notices(gateway), EVENTS + "type/+/id/+/cmd/+/fmt/+", "iotdm-1/type/+/id/+/#");
  }

  static @Nullable Order order(String topic) {
    Matcher found = ORDER.matcher(topic);
    return found.matches()
        ? new Order(new Thing(found.group(1), found.group(2)), found.group(3), found.group(4))
        : null;
  }

  static @Nullable Managing managing(String topic) {
    Matcher found = MANAGING.matcher(topic);
    if (!found.matches()) {
      return null;
    }
    Thing thing = found.group(1) == null ? null : new Thing(found.group(1), found.group(2));
    return new Managing(thing, found.group(3));
  }
}
