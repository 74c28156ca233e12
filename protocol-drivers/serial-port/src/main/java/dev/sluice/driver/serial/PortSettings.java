package dev.sluice.driver.serial;

import dev.sluice.driver.SettingsProblem;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The {@code serial} object of a line's settings: its JSON Schema, and its reader. */
public final class PortSettings {

  private static final String RESOURCE = "port-schema.json";
  private static final Pattern DURATION = Pattern.compile("(\\d{1,6})(ms|s)");
  private static final int DEFAULT_BAUD = 19_200;
  private static final Duration MAX_SWITCHING = Duration.ofMillis(100);

  private final JsonObject json;
  private final String path;
  private final List<SettingsProblem> problems;

  private PortSettings(JsonObject json, String path, List<SettingsProblem> problems) {
    this.json = json;
    this.path = path;
    this.problems = problems;
  }

  /** The schema of the object, for a driver's fragment of a line. A fresh copy. */
  public static JsonObject schema() {
    try (InputStream in = PortSettings.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("BUG: no resource " + RESOURCE);
      }
      return new JsonObject(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads the object. Where something is wrong, a default stands in for it.
   *
   * @param serial as configured
   * @param path of the object in the line's settings, for problems: {@code serial}
   * @param problems receives what is wrong
   */
  public static PortOptions read(JsonObject serial, String path, List<SettingsProblem> problems) {
    return new PortSettings(serial, path, problems).read();
  }

  private PortOptions read() {
    String port = json.getValue("port") instanceof String text ? text.strip() : "";
    if (port.isEmpty() || port.indexOf('\0') >= 0) {
      problem(
          "port", "the path of a device file", "for example /dev/ttyUSB0; ls /dev/serial/by-id");
    }
    return new PortOptions(
        port,
        integer("baud", DEFAULT_BAUD, 50, 4_000_000),
        integer("dataBits", 8, 5, 8),
        parity(),
        integer("stopBits", 1, 1, 2),
        rs485(),
        duration("byteGap", PortOptions.DEFAULT_BYTE_GAP, 1, Duration.ofSeconds(10)));
  }

  private void problem(String key, String expected, String hint) {
    Object value = json.getValue(key);
    String found =
        value == null ? "nothing" : value instanceof String text ? "\"" + text + "\"" : "" + value;
    problems.add(new SettingsProblem(path + "/" + key, found, expected, hint));
  }

  private int integer(String key, int fallback, int min, int max) {
    Object value = json.getValue(key);
    if (value == null) {
      return fallback;
    }
    if (value instanceof Number number
        && number.doubleValue() == number.intValue()
        && number.intValue() >= min
        && number.intValue() <= max) {
      return number.intValue();
    }
    problem(key, "a whole number from " + min + " to " + max, "");
    return fallback;
  }

  private Parity parity() {
    Object value = json.getValue("parity");
    Parity parity =
        value == null ? Parity.EVEN : value instanceof String word ? Parity.ofWord(word) : null;
    if (parity == null) {
      problem("parity", "none, even, odd, mark or space", "");
      return Parity.EVEN;
    }
    return parity;
  }

  private Duration duration(String key, Duration fallback, int minMillis, Duration max) {
    Object value = json.getValue(key);
    if (value == null) {
      return fallback;
    }
    Matcher matcher = DURATION.matcher(value.toString());
    if (matcher.matches()) {
      long number = Long.parseLong(matcher.group(1));
      Duration duration =
          matcher.group(2).equals("ms") ? Duration.ofMillis(number) : Duration.ofSeconds(number);
      if (duration.toMillis() >= minMillis && duration.compareTo(max) <= 0) {
        return duration;
      }
    }
    String most = max.toMillis() % 1000 == 0 ? max.toSeconds() + "s" : max.toMillis() + "ms";
    problem(key, "a time from " + minMillis + "ms to " + most, "write the unit: 50ms");
    return fallback;
  }

  private @Nullable Rs485 rs485() {
    Object value = json.getValue("rs485");
    if (value == null) {
      return null;
    }
    if (!(value instanceof JsonObject object)) {
      problem("rs485", "an object", "leave it out for adapters that switch by themselves");
      return null;
    }
    var inner = new PortSettings(object, path + "/rs485", problems);
    String rts = object.getString("rtsWhileSending", "high");
    if (!rts.equals("high") && !rts.equals("low")) {
      inner.problem("rtsWhileSending", "high or low", "");
    }
    return new Rs485(
        rts.equals("high"),
        (int) inner.duration("delayBefore", Duration.ZERO, 0, MAX_SWITCHING).toMillis(),
        (int) inner.duration("delayAfter", Duration.ZERO, 0, MAX_SWITCHING).toMillis(),
        object.getBoolean("receiveWhileSending", false),
        object.getBoolean("termination", false));
  }
}
