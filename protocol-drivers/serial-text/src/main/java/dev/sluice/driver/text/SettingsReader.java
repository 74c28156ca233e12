package dev.sluice.driver.text;

import dev.sluice.driver.SettingsProblem;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the keys of one JSON object and notes what is wrong with them, each under its path. */
final class SettingsReader {

  private static final Pattern DURATION = Pattern.compile("(\\d{1,6})(ms|s)");

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

  @Nullable Object value(String key) {
    return json.getValue(key);
  }

  boolean has(String key) {
    return json.getValue(key) != null;
  }

  /** Notes that a key does not hold what it should. */
  void problem(String key, String expected, String hint) {
    problem(key, found(json.getValue(key)), expected, hint);
  }

  /** Notes a problem whose finding is more than the value. */
  void problem(String key, String found, String expected, String hint) {
    problems.add(new SettingsProblem(prefix + key, found, expected, hint));
  }

  private static String found(@Nullable Object value) {
    if (value == null) {
      return "nothing";
    }
    return value instanceof String text ? Escapes.quote(text) : value.toString();
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

  boolean flag(String key, boolean fallback) {
    Object value = json.getValue(key);
    if (value == null || value instanceof Boolean) {
      return value == null ? fallback : (Boolean) value;
    }
    problem(key, "true or false", "");
    return fallback;
  }

  String text(String key, String fallback) {
    Object value = json.getValue(key);
    if (value == null || value instanceof String) {
      return value == null ? fallback : (String) value;
    }
    problem(key, "a text", "put it into quotes");
    return fallback;
  }

  /** One of some words. */
  String word(String key, String fallback, List<String> words) {
    String word = text(key, fallback);
    if (words.contains(word)) {
      return word;
    }
    problem(key, "one of " + String.join(", ", words), "");
    return fallback;
  }

  /**
   * Bytes written with {@link Escapes}.
   *
   * @param max how many there may be; there must be one
   */
  byte[] bytes(String key, String fallback, int max) {
    String text = text(key, fallback);
    try {
      byte[] bytes = Escapes.parse(text);
      if (has(key) && bytes.length == 0) {
        problem(key, "at least one byte", "");
      } else if (bytes.length > max) {
        problem(key, bytes.length + " bytes", "at most " + max, "");
      }
      return bytes;
    } catch (IllegalArgumentException e) {
      badEscape(key, e);
      return new byte[0];
    }
  }

  /** Notes that the text of a key has an escape that there is not. */
  void badEscape(String key, IllegalArgumentException e) {
    problem(
        key,
        "\"" + json.getValue(key) + "\" with " + e.getMessage(),
        "the escapes \\r \\n \\t \\0 \\\\ \\xHH",
        "write \\\\ for a backslash");
  }

  /** The object of a key; empty if it is not there or is none, which is noted. */
  JsonObject object(String key, String expected) {
    if (json.getValue(key) instanceof JsonObject object) {
      return object;
    }
    problem(key, expected, "");
    return new JsonObject();
  }

  /** A reader of the object of a key, whose problems are noted under it. */
  SettingsReader inside(String key, String expected) {
    return new SettingsReader(object(key, expected), prefix + key + "/", problems);
  }

  Duration duration(String key, Duration fallback, Duration min, Duration max) {
    if (!has(key)) {
      return fallback;
    }
    Matcher matcher = DURATION.matcher(text(key, ""));
    if (matcher.matches()) {
      long number = Long.parseLong(matcher.group(1));
      Duration duration =
          matcher.group(2).equals("ms") ? Duration.ofMillis(number) : Duration.ofSeconds(number);
      if (duration.compareTo(min) >= 0 && duration.compareTo(max) <= 0) {
        return duration;
      }
    }
    problem(key, "a time from " + words(min) + " to " + words(max), "write the unit: 50ms, 1s");
    return fallback;
  }

  private static String words(Duration duration) {
    long millis = duration.toMillis();
    return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
  }
}
