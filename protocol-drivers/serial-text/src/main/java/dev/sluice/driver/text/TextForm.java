package dev.sluice.driver.text;

import dev.sluice.driver.DeviceSettings;
import dev.sluice.driver.PointSettings;
import dev.sluice.driver.PollException;
import dev.sluice.driver.SettingsException;
import dev.sluice.driver.SettingsProblem;
import dev.sluice.driver.ValueType;
import dev.sluice.driver.Values;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** How a device writes what it has to say, and how it is asked for it. Immutable. */
final class TextForm {

  private static final int MAX_DELIMITER = 8;

  private final @Nullable Buffer request;
  private final byte[] delimiter;
  private final LinePattern pattern;
  private final List<Field> fields;

  /** Where a point's value stands. */
  private record Field(String group, FieldType type) {}

  private TextForm(
      @Nullable Buffer request, byte[] delimiter, LinePattern pattern, List<Field> fields) {
    this.request = request;
    this.delimiter = delimiter;
    this.pattern = pattern;
    this.fields = List.copyOf(fields);
  }

  /**
   * Reads a device's settings.
   *
   * @throws SettingsException with all that is wrong with them
   */
  static TextForm of(DeviceSettings settings) throws SettingsException {
    JsonObject json = settings.json();
    var problems = new ArrayList<SettingsProblem>();
    String asked = json.getString("request");
    byte[] request = asked == null ? null : bytes(json, "request", asked, problems);
    byte[] delimiter = bytes(json, "delimiter", json.getString("delimiter", "\n"), problems);
    if (delimiter.length > MAX_DELIMITER) {
      problems.add(
          new SettingsProblem(
              "delimiter", delimiter.length + " bytes", "at most " + MAX_DELIMITER, ""));
    }
    LinePattern pattern = pattern(json.getString("pattern", ""), problems);
    var fields = new ArrayList<Field>();
    for (PointSettings point : settings.points()) {
      fields.add(field(point, pattern, problems));
    }
    if (!problems.isEmpty() || pattern == null) {
      throw new SettingsException(problems);
    }
    return new TextForm(
        request == null ? null : Buffer.buffer(request), delimiter, pattern, fields);
  }

  private static byte[] bytes(
      JsonObject json, String key, String text, List<SettingsProblem> problems) {
    try {
      byte[] bytes = Escapes.parse(text);
      if (bytes.length == 0) {
        problems.add(new SettingsProblem(key, "\"\"", "at least one byte", ""));
      }
      return bytes;
    } catch (IllegalArgumentException e) {
      problems.add(
          new SettingsProblem(
              key,
              "\"" + json.getString(key) + "\" with " + e.getMessage(),
              "the escapes \\r \\n \\t \\0 \\\\ \\xHH",
              "write \\\\ for a backslash"));
      return new byte[0];
    }
  }

  private static @Nullable LinePattern pattern(String regex, List<SettingsProblem> problems) {
    try {
      return new LinePattern(regex);
    } catch (PatternSyntaxException e) {
      problems.add(
          new SettingsProblem(
              "pattern",
              Escapes.quote(regex),
              "a regular expression",
              e.getDescription() + " at character " + e.getIndex()));
      return null;
    }
  }

  private static Field field(
      PointSettings point, @Nullable LinePattern pattern, List<SettingsProblem> problems) {
    String path = "points/" + point.name();
    String group = point.json().getString("group", "");
    if (pattern != null && !pattern.hasGroup(group)) {
      problems.add(
          new SettingsProblem(
              path + "/group",
              Escapes.quote(group),
              "the name of a group of the pattern",
              "a group is written (?<name>...), its name has letters and digits only"));
    }
    String word = point.json().getString("type", FieldType.DECIMAL.valueType().word());
    FieldType type = FieldType.ofWord(word).orElse(null);
    if (type == null) {
      problems.add(
          new SettingsProblem(
              path + "/type", Escapes.quote(word), "one of " + FieldType.WORDS, ""));
      type = FieldType.STRING;
    }
    return new Field(group, type);
  }

  /** What to send, or null for a device that sends by itself. */
  @Nullable Buffer request() {
    return request;
  }

  DelimiterFramer framer() {
    return new DelimiterFramer(delimiter);
  }

  ValueType type(int point) {
    return fields.get(point).type.valueType();
  }

  int points() {
    return fields.size();
  }

  /**
   * The values of some points in a line.
   *
   * @throws PollException if the line is not of this form
   */
  Values read(String line, int[] points) throws PollException {
    Matcher matcher = pattern.match(line);
    var values = new Values.Builder(points.length);
    for (int i = 0; i < points.length; i++) {
      Field field = fields.get(points[i]);
      field.type.read(values, i, matcher.group(field.group));
    }
    return values.build();
  }
}
