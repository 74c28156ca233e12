package dev.sluice.e2e.cloud.aws;

import java.util.List;
import java.util.regex.Pattern;

/**
 * What a client may do. A pattern may have {@code *} for anything, slashes too, and {@code
 * ${iot:ClientId}} or {@code ${iot:Connection.Thing.ThingName}} for names; MQTT wildcards in it are
 * plain text.
 *
 * @param connect client ids
 * @param publish topics
 * @param subscribe topic filters
 * @param receive topics of what is delivered
 */
public record Policy(
    List<String> connect, List<String> publish, List<String> subscribe, List<String> receive) {

  /** Everything, for tests of other things. */
  public static Policy all() {
    var any = List.of("*");
    return new Policy(any, any, any, any);
  }

  static boolean allows(List<String> patterns, String text, String clientId, String thing) {
    return patterns.stream()
        .map(pattern -> pattern.replace("${iot:ClientId}", clientId))
        .map(pattern -> pattern.replace("${iot:Connection.Thing.ThingName}", thing))
        .anyMatch(pattern -> matches(pattern, text));
  }

  private static boolean matches(String pattern, String text) {
    var regex = new StringBuilder();
    for (String literal : pattern.split("\\*", -1)) {
      regex.append(regex.isEmpty() ? "" : ".*").append(Pattern.quote(literal));
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL).matcher(text).matches();
  }
}
