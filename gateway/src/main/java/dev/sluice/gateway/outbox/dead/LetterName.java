package dev.sluice.gateway.outbox.dead;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the file of a letter is called.
 *
 * @param number of the letter
 * @param seq of its record, for people: what counts is in the file
 * @param asked whether it is to be sent again
 */
record LetterName(long number, String seq, boolean asked) {

  static final String SUFFIX = ".letter";
  static final String ASKED = ".resend";
  static final String TEMPORARY = SUFFIX + ".tmp";

  private static final Pattern NAME =
      Pattern.compile("([0-9]{10})-([0-9]{20})\\.letter(\\.resend)?");

  static LetterName of(long number, long seq) {
    return new LetterName(number, String.format(Locale.ROOT, "%020d", seq), false);
  }

  /** Null for a file that is none of ours. */
  static @Nullable LetterName parse(String file) {
    Matcher name = NAME.matcher(file);
    return name.matches()
        ? new LetterName(Long.parseLong(name.group(1)), name.group(2), name.group(3) != null)
        : null;
  }

  LetterName marked(boolean again) {
    return new LetterName(number, seq, again);
  }

  String file() {
    return String.format(Locale.ROOT, "%010d-%s%s%s", number, seq, SUFFIX, asked ? ASKED : "");
  }
}
