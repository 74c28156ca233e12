package dev.sluice.driver.serial;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The parity bit of a character. */
public enum Parity {
  NONE,
  EVEN,
  ODD,
  MARK,
  SPACE;

  /** As configured: the name in lower case. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** As in {@code 8N1}. */
  char letter() {
    return name().charAt(0);
  }

  /** The parity of a configured word, null if there is none. */
  public static @Nullable Parity ofWord(String word) {
    for (Parity parity : values()) {
      if (parity.word().equals(word)) {
        return parity;
      }
    }
    return null;
  }
}
