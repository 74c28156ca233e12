package dev.sluice.e2e.cloud.aws;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How long a topic may be, and where the platform's own are. */
final class Topics {

  static final Pattern RULE = Pattern.compile("\\$aws/rules/([A-Za-z0-9_]{1,128})/(.*)");

  private static final int BYTES = 256;
  private static final int SLASHES = 7;
  private static final Pattern SUBSCRIBABLE =
      Pattern.compile("\\$aws/(things|certificates|provisioning-templates|events)/.+");

  private Topics() {}

  /** Why a topic or a filter is too long; empty when it is not. */
  static String excess(String topic) {
    Matcher rule = RULE.matcher(topic);
    String counted = rule.matches() ? rule.group(2) : topic;
    int bytes = counted.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > BYTES) {
      return "topic of " + bytes + " bytes";
    }
    long slashes = counted.chars().filter(c -> c == '/').count();
    return slashes > SLASHES ? "topic with " + slashes + " slashes" : "";
  }

  static boolean isReserved(String topic) {
    return topic.startsWith("$");
  }

  static boolean isSubscribable(String filter) {
    return !isReserved(filter) || SUBSCRIBABLE.matcher(filter).matches();
  }
}
