package dev.sluice.gateway.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Words for messages about what somebody wrote. */
final class Texts {

  private Texts() {}

  /** A value as its author would recognize it, short and on one line. */
  static String found(JsonNode value) {
    return switch (value.getNodeType()) {
      case STRING -> quoted(value.textValue());
      case NUMBER -> "the number " + printable(value.asText(), 40);
      case BOOLEAN -> value.asText();
      case OBJECT -> value.isEmpty() ? "a mapping without keys" : "a mapping";
      case ARRAY -> "a list";
      default -> "nothing";
    };
  }

  static String quoted(String text) {
    return '"' + printable(text, 60) + '"';
  }

  /** Control characters escaped, cut at a length. */
  static String printable(String text, int max) {
    var out = new StringBuilder();
    for (int i = 0; i < text.length() && out.length() < max; i++) {
      char c = text.charAt(i);
      if (Character.isISOControl(c) || Character.isSurrogate(c)) {
        out.append(
            c == '\n' ? "\\n" : c == '\t' ? "\\t" : String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    return out.length() >= max && text.length() > max ? out + "…" : out.toString();
  }

  /** {@code did you mean "baud"?} when one of the known words is close, else empty. */
  static String didYouMean(String word, Collection<String> known) {
    String lower = word.toLowerCase(Locale.ROOT);
    int limit = Math.min(3, Math.max(1, word.length() / 3));
    Optional<String> best =
        word.length() > 64
            ? Optional.empty()
            : known.stream()
                .filter(k -> distance(lower, k.toLowerCase(Locale.ROOT)) <= limit)
                .min(
                    (a, b) ->
                        distance(lower, a.toLowerCase(Locale.ROOT))
                            - distance(lower, b.toLowerCase(Locale.ROOT)));
    return best.map(b -> "did you mean " + quoted(b) + "?").orElse("");
  }

  /** How many letters must be put in, taken out, replaced or swapped with their neighbour. */
  private static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        d[i][j] = Math.min(Math.min(d[i - 1][j] + 1, d[i][j - 1] + 1), d[i - 1][j - 1] + change);
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        if (swapped) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
