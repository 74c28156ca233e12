package dev.sluice.gateway.config;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How durations and sizes are written: {@code 500ms 1s 5m 2h 30d}, {@code 64KiB 2GiB}. */
public final class Units {

  private static final String DURATION = "a duration such as 500ms, 1s, 5m, 2h or 30d";
  private static final String SIZE = "a size such as 512B, 64KiB, 8MiB or 2GiB";
  private static final Pattern AMOUNT = Pattern.compile("([0-9]{1,9})([A-Za-z]+)");
  private static final Map<String, Long> MILLIS =
      Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);
  private static final List<String> LARGE_FIRST = List.of("d", "h", "m", "s");
  private static final Map<String, Long> BYTES =
      Map.of("B", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30, "TiB", 1L << 40);
  private static final Map<String, Long> ENDURANCE =
      Map.of("GB", 1_000_000_000L, "TB", 1_000_000_000_000L, "PB", 1_000_000_000_000_000L);
  private static final Map<String, String> MEANT =
      Map.ofEntries(
          Map.entry("msec", "ms"),
          Map.entry("millis", "ms"),
          Map.entry("sec", "s"),
          Map.entry("secs", "s"),
          Map.entry("seconds", "s"),
          Map.entry("min", "m"),
          Map.entry("mins", "m"),
          Map.entry("minutes", "m"),
          Map.entry("hours", "h"),
          Map.entry("days", "d"),
          Map.entry("k", "KiB"),
          Map.entry("kb", "KiB"),
          Map.entry("kib", "KiB"),
          Map.entry("mb", "MiB"),
          Map.entry("mib", "MiB"),
          Map.entry("g", "GiB"),
          Map.entry("gb", "GiB"),
          Map.entry("gib", "GiB"),
          Map.entry("tb", "TiB"));

  private Units() {}

  /**
   * Reads a duration.
   *
   * @throws IllegalArgumentException when it is not written as one
   */
  public static Duration duration(String text) {
    return Duration.ofMillis(amount(text, MILLIS, DURATION));
  }

  /**
   * Reads a size in bytes.
   *
   * @throws IllegalArgumentException when it is not written as one
   */
  public static long bytes(String text) {
    return amount(text, BYTES, SIZE);
  }

  /**
   * Reads what a flash stands, in bytes, as its makers write it: in powers of ten.
   *
   * @throws IllegalArgumentException when it is not written as one
   */
  public static long endurance(String text) {
    return amount(text, ENDURANCE, "an endurance such as 600GB, 30TB or 1PB");
  }

  /** As it would be written; exact to the millisecond. */
  static String written(Duration duration) {
    long millis = duration.toMillis();
    for (String unit : LARGE_FIRST) {
      Long factor = MILLIS.get(unit);
      if (factor != null && millis != 0 && millis % factor == 0) {
        return millis / factor + unit;
      }
    }
    return millis + "ms";
  }

  /** Whether these words of a schema ask for a duration or a size. */
  static boolean isAmount(String expected) {
    return expected.equals(DURATION) || expected.equals(SIZE);
  }

  /** What somebody probably meant who wrote this where a unit belongs; empty if unclear. */
  static String hint(String text) {
    if (text.matches("[0-9]{1,9}")) {
      return "add the unit";
    }
    Matcher m = Pattern.compile("([0-9]{1,9}) ?([A-Za-z]+)").matcher(text);
    if (!m.matches()) {
      return "";
    }
    String unit = m.group(2);
    String meant =
        MILLIS.containsKey(unit) || BYTES.containsKey(unit)
            ? unit
            : MEANT.get(unit.toLowerCase(Locale.ROOT));
    return meant == null ? "" : "did you mean " + m.group(1) + meant + "?";
  }

  private static long amount(String text, Map<String, Long> units, String expected) {
    Matcher m = AMOUNT.matcher(text);
    Long factor = m.matches() ? units.get(m.group(2)) : null;
    if (factor == null) {
      throw new IllegalArgumentException("found " + Texts.quoted(text) + ", expected " + expected);
    }
    long number = Long.parseLong(m.group(1));
    return number > Long.MAX_VALUE / factor ? Long.MAX_VALUE : number * factor;
  }
}
