package dev.sluice.e2e.cloud.ibm;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What each kind of client may subscribe to. */
final class Filters {

  private static final String NAME = "(?:\\+|" + Thing.NAME + ")";
  private static final String LEVEL = "(?:\\+|[^/+#]+)";
  private static final String ABOUT = "type/" + NAME + "/id/" + NAME + "/";

  private static final Pattern OWN_COMMANDS =
      Pattern.compile("iot-2/cmd/" + LEVEL + "/fmt/" + LEVEL);
  private static final Pattern COMMANDS =
      Pattern.compile("iot-2/" + ABOUT + "cmd/" + LEVEL + "/fmt/" + LEVEL);
  private static final Pattern DEVICE_COMMANDS =
      Pattern.compile("iot-2/type/(%1$s)/id/(%1$s)/cmd/.*".formatted(Thing.NAME));
  private static final Pattern EVENTS =
      Pattern.compile("iot-2/" + ABOUT + "evt/" + LEVEL + "/fmt/" + LEVEL);
  private static final Pattern STATUS =
      Pattern.compile("iot-2/(?:" + ABOUT + "|app/" + LEVEL + "/)mon");
  private static final Pattern MANAGEMENT = Pattern.compile("iotdm-1/(?:[^+#]+(?:/#)?|#)");
  private static final Pattern GATEWAY_MANAGEMENT =
      Pattern.compile("iotdm-1/(?:#|" + ABOUT + "(?:#|[^+#]+(?:/#)?))");

  private Filters() {}

  static boolean allows(ClientId client, String filter) {
    return switch (client.kind()) {
      case DEVICE -> any(filter, OWN_COMMANDS, MANAGEMENT);
      case GATEWAY ->
          any(filter, OWN_COMMANDS, COMMANDS, GATEWAY_MANAGEMENT)
              || filter.equals(notifications(client.thing()));
      case APPLICATION -> any(filter, EVENTS, COMMANDS, STATUS);
    };
  }

  /** The one device whose commands a gateway wants, if the filter names one. */
  static Optional<Thing> device(String filter) {
    Matcher named = DEVICE_COMMANDS.matcher(filter);
    return named.matches()
        ? Optional.of(new Thing(named.group(1), named.group(2)))
        : Optional.empty();
  }

  static String notifications(Thing gateway) {
    return "iot-2/" + Topic.about(gateway) + "notify";
  }

  private static boolean any(String filter, Pattern... allowed) {
    return List.of(allowed).stream().anyMatch(pattern -> pattern.matcher(filter).matches());
  }
}
