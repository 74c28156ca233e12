package dev.sluice.gateway.uplink.connector;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Names of devices and points as a level of a topic: what has a meaning in topics is written as
 * {@code %} and two hexadecimal digits for each byte of UTF-8, as in URLs. These are {@code + # /
 * %}, control characters, and at the beginning {@code $}, which brokers keep for themselves, and
 * {@code _}, which is ours. Who decodes it as a URL has the name.
 */
final class TopicLevel {

  private TopicLevel() {}

  static String of(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (isSpecial(name.charAt(i), i)) {
        return escaped(name);
      }
    }
    return name;
  }

  private static boolean isSpecial(char c, int at) {
    boolean inTopics = c == '+' || c == '#' || c == '/' || c == '%';
    return inTopics || Character.isISOControl(c) || (at == 0 && (c == '$' || c == '_'));
  }

  private static String escaped(String name) {
    var out = new StringBuilder(name.length() + 8);
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (isSpecial(c, i)) {
        for (byte b : String.valueOf(c).getBytes(StandardCharsets.UTF_8)) {
          out.append(String.format(Locale.ROOT, "%%%02X", b));
        }
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }
}
