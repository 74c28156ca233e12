package dev.sluice.gateway.uplink.connector;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Names in SenML (RFC 8428, 4.5.1): letters, digits and {@code - : . / _}, beginning with a letter
 * or digit. A full name is gateway, device and point with slashes between them. In each of the
 * three every other character, {@code :} and {@code /} among them, is written as {@code :} and two
 * hexadecimal digits for each byte of UTF-8. So is {@code _} at the beginning of a device or point:
 * words of ours begin with it. A gateway that would not begin with a letter or digit has {@code
 * x::} in front. All of it can be undone.
 */
final class SenmlNames {

  private SenmlNames() {}

  static String gateway(String id) {
    String escaped = escaped(id, false);
    boolean legal = !escaped.isEmpty() && isAlphanumeric(escaped.charAt(0));
    return legal ? escaped : "x::" + escaped;
  }

  /** Of a device or point. */
  static String segment(String name) {
    return escaped(name, true);
  }

  private static String escaped(String name, boolean markOurs) {
    var out = new StringBuilder(name.length() + 8);
    byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < utf8.length; i++) {
      char c = (char) (utf8[i] & 0xff);
      boolean legal = isAlphanumeric(c) || c == '-' || c == '.' || c == '_';
      if (legal && !(markOurs && i == 0 && c == '_')) {
        out.append(c);
      } else {
        out.append(String.format(Locale.ROOT, ":%02X", (int) c));
      }
    }
    return out.toString();
  }

  private static boolean isAlphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }
}
