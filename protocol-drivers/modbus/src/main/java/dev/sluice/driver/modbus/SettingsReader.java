package dev.sluice.driver.modbus;

import dev.sluice.driver.SettingsProblem;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the keys of one JSON object and notes what is wrong with them, each under its path. */
final class SettingsReader {

  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

  private final JsonObject json;
  private final String prefix;
  private final List<SettingsProblem> problems;

  /**
   * Reads an object.
   *
   * @param prefix of its paths: empty, or ending with a slash
   * @param problems receives what is wrong
   */
  SettingsReader(JsonObject json, String prefix, List<SettingsProblem> problems) {
    this.json = json;
    this.prefix = prefix;
    this.problems = problems;
  }

  boolean has(String key) {
    return json.getValue(key) != null;
  }

  /** Notes that a key does not hold what it should. */
  void problem(String key, String expected, String hint) {
    problems.add(new SettingsProblem(prefix + key, found(json.getValue(key)), expected, hint));
  }

  private static String found(@Nullable Object value) {
    if (value == null) {
      return "nothing";
    }
    return value instanceof CharSequence ? "\"" + value + "\"" : value.toString();
  }

  int integer(String key, int fallback, int min, int max) {
    Object value = json.getValue(key);
    if (value == null) {
      return fallback;
    }
    if ((value instanceof Integer || value instanceof Long)
        && ((Number) value).longValue() >= min
        && ((Number) value).longValue() <= max) {
      return ((Number) value).intValue();
    }
    problem(key, "a whole number from " + min + " to " + max, "");
    return fallback;
  }

  /** The text of a key; null if it is not there or is no text, which is noted. */
  @Nullable String text(String key, String expected, String hint) {
    Object value = json.getValue(key);
    if (value == null || value instanceof String) {
      return (String) value;
    }
    problem(key, expected, hint);
    return null;
  }

  /** The object of a key; empty if it is not there or is none, which is noted. */
  JsonObject object(String key, String expected) {
    if (json.getValue(key) instanceof JsonObject object) {
      return object;
    }
    problem(key, expected, "");
    return new JsonObject();
  }

  Duration duration(String key, Duration fallback, Duration min, Duration max) {
    if (!has(key)) {
      return fallback;
    }
    String expected = "a time from " + words(min) + " to " + words(max);
    String text = text(key, expected, "write the unit: 500ms, 5s");
    if (text == null) {
      return fallback;
    }
    Matcher matcher = DURATION.matcher(text);
    if (matcher.matches()) {
      long number = Long.parseLong(matcher.group(1));
      Duration duration =
          switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
          };
      if (duration.compareTo(min) >= 0 && duration.compareTo(max) <= 0) {
        return duration;
      }
    }
    problem(key, expected, "write the unit: 500ms, 5s");
    return fallback;
  }

  private static String words(Duration duration) {
    long millis = duration.toMillis();
    return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
  }
}
