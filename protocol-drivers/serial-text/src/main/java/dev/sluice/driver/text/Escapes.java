package dev.sluice.driver.text;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Bytes written as text: {@code \r \n \t \0 \\} and {@code \xHH}; everything else stands for its
 * UTF-8 bytes.
 */
final class Escapes {

  private Escapes() {}

  /**
   * The bytes that a text means.
   *
   * @throws IllegalArgumentException with a message in words, for an escape that there is not
   */
  static byte[] parse(String text) {
    var bytes = new ByteArrayOutputStream();
    int i = 0;
    while (i < text.length()) {
      int next = text.indexOf('\\', i);
      int end = next < 0 ? text.length() : next;
      bytes.writeBytes(text.substring(i, end).getBytes(StandardCharsets.UTF_8));
      i = end;
      if (next >= 0) {
        i = escape(text, next, bytes);
      }
    }
    return bytes.toByteArray();
  }

  /** Adds what the escape at a position means; returns where the text goes on. */
  private static int escape(String text, int at, ByteArrayOutputStream bytes) {
    char kind = at + 1 < text.length() ? text.charAt(at + 1) : ' ';
    switch (kind) {
      case 'r' -> bytes.write('\r');
      case 'n' -> bytes.write('\n');
      case 't' -> bytes.write('\t');
      case '0' -> bytes.write(0);
      case '\\' -> bytes.write('\\');
      case 'x' -> {
        int high = at + 2 < text.length() ? Character.digit(text.charAt(at + 2), 16) : -1;
        int low = at + 3 < text.length() ? Character.digit(text.charAt(at + 3), 16) : -1;
        if (high < 0 || low < 0) {
          throw new IllegalArgumentException("\\x at " + at + " without two hex digits");
        }
        bytes.write(high << 4 | low);
        return at + 4;
      }
      default -> throw new IllegalArgumentException("an unknown escape at " + at);
    }
    return at + 2;
  }

  /** A text in quotes, with what cannot be seen as escapes, for messages; long ones are cut. */
  static String quote(String text) {
    var quoted = new StringBuilder("\"");
    int shown = Math.min(text.length(), 80);
    for (int i = 0; i < shown; i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\r' -> quoted.append("\\r");
        case '\n' -> quoted.append("\\n");
        case '\t' -> quoted.append("\\t");
        case '\\' -> quoted.append("\\\\");
        default -> {
          if (c < ' ' || c == 0x7f) {
            quoted.append(String.format("\\x%02x", (int) c));
          } else {
            quoted.append(c);
          }
        }
      }
    }
    quoted.append('"');
    if (shown < text.length()) {
      quoted.append(" and ").append(text.length() - shown).append(" more");
    }
    return quoted.toString();
  }
}
