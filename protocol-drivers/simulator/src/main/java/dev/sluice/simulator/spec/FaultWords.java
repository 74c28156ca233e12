package dev.sluice.simulator.spec;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Faults, times and rates as people write them. */
final class FaultWords {

  private static final Pattern TIME = Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,3})?) ?(ms|s|m|h)");
  private static final Pattern PERCENT = Pattern.compile("([0-9]{1,3}(?:\\.[0-9]{1,3})?) ?%");

  private FaultWords() {}

  /** As {@link Fault#parse}. */
  static Fault parse(String words) {
    String[] word = words.strip().split("\\s+", 2);
    String rest = word.length == 2 ? word[1] : "";
    return switch (word[0]) {
      case "none" -> bare(Fault.NONE, rest, words);
      case "silence" -> bare(new Fault.Silence(), rest, words);
      case "wrong-length" -> bare(new Fault.WrongLength(), rest, words);
      case "drop" -> bare(new Fault.Drop(), rest, words);
      case "unplug" -> bare(new Fault.Unplug(), rest, words);
      case "delay" -> new Fault.Delay(time(rest));
      case "late" -> late(rest, words);
      case "damage" -> new Fault.Damage(percent(rest));
      case "noise" -> noise(rest, words);
      case "exception" -> refuse(rest, words);
      default -> throw unknown(words);
    };
  }

  private static Fault bare(Fault fault, String rest, String words) {
    if (!rest.isEmpty()) {
      throw unknown(words);
    }
    return fault;
  }

  private static Fault late(String rest, String words) {
    String[] parts = two(rest, words);
    return new Fault.Late(time(parts[0]), percent(parts[1]));
  }

  private static Fault noise(String rest, String words) {
    String[] parts = two(rest, words);
    for (Fault.Place place : Fault.Place.values()) {
      if (place(place).equals(parts[0])) {
        return new Fault.Noise(place, percent(parts[1]));
      }
    }
    throw unknown(words);
  }

  private static String[] two(String rest, String words) {
    String[] parts = rest.split("\\s+");
    if (parts.length != 2) {
      throw unknown(words);
    }
    return parts;
  }

  private static Fault refuse(String rest, String words) {
    int code = rest.matches("[0-9]{1,3}") ? Integer.parseInt(rest) : 0;
    if (code < 1 || code > 255) {
      throw unknown(words);
    }
    return new Fault.Refuse(code);
  }

  private static IllegalArgumentException unknown(String words) {
    return new IllegalArgumentException(
        "found fault \"" + words.strip() + "\", expected " + Fault.EXPECTED);
  }

  static String place(Fault.Place place) {
    return place.name().toLowerCase(Locale.ROOT);
  }

  static String percent(double percent) {
    return BigDecimal.valueOf(percent).stripTrailingZeros().toPlainString() + "%";
  }

  private static double percent(String text) {
    Matcher m = PERCENT.matcher(text);
    if (m.matches()) {
      double percent = Double.parseDouble(m.group(1));
      if (percent > 0 && percent <= 100) {
        return percent;
      }
    }
    throw new IllegalArgumentException(
        "found rate \"" + text + "\", expected a number and %, above 0%, at most 100%");
  }

  /**
   * Reads a time with its unit, for example {@code 500ms}, {@code 1.5s}, {@code 2m}.
   *
   * @return positive, at most a day
   * @throws IllegalArgumentException naming what was found and expected
   */
  static Duration time(String text) {
    Matcher m = TIME.matcher(text);
    if (m.matches()) {
      double unit =
          switch (m.group(2)) {
            case "ms" -> 1;
            case "s" -> 1_000;
            case "m" -> 60_000;
            default -> 3_600_000;
          };
      double millis = Double.parseDouble(m.group(1)) * unit;
      if (millis >= 1 && millis <= 86_400_000) {
        return Duration.ofMillis(Math.round(millis));
      }
    }
    throw new IllegalArgumentException(
        "found time \"" + text + "\", expected a number and ms, s, m or h, 1ms to 24h");
  }
}
