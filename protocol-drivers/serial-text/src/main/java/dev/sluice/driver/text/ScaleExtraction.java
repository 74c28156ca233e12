package dev.sluice.driver.text;

import dev.sluice.driver.PollException;
import dev.sluice.driver.Quality;
import dev.sluice.driver.ValueType;
import dev.sluice.driver.Values;
import dev.sluice.driver.text.frame.Frame;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The points of a scale. Immutable. */
final class ScaleExtraction implements Extraction {

  private static final List<String> WORDS = List.of("weight", "unit", "stable", "overload", "kind");

  private final ScaleFormat format;
  private final List<Part> parts;

  /** What a point tells. */
  private enum Part {
    WEIGHT(ValueType.DECIMAL),
    UNIT(ValueType.STRING),
    STABLE(ValueType.BOOL),
    OVERLOAD(ValueType.BOOL),
    KIND(ValueType.STRING);

    private final ValueType type;

    Part(ValueType type) {
      this.type = type;
    }
  }

  private ScaleExtraction(ScaleFormat format, List<Part> parts) {
    this.format = format;
    this.parts = List.copyOf(parts);
  }

  static ScaleExtraction read(ScaleFormat format, List<SettingsReader> points) {
    var parts = new ArrayList<Part>();
    for (SettingsReader point : points) {
      if (point.has("type")) {
        point.problem("type", "nothing with this profile", "a weight is a decimal");
      }
      String word = point.word("at", "", WORDS);
      parts.add(word.isEmpty() ? Part.WEIGHT : Part.valueOf(word.toUpperCase(Locale.ROOT)));
    }
    return new ScaleExtraction(format, parts);
  }

  @Override
  public ValueType type(int point) {
    return parts.get(point).type;
  }

  @Override
  public Values read(Frame.Whole frame, int[] points) throws PollException {
    ScaleReading reading = format.read(frame.text());
    var values = new Values.Builder(points.length);
    for (int i = 0; i < points.length; i++) {
      switch (parts.get(points[i])) {
        case WEIGHT -> {
          if (reading.overloaded()) {
            values.bad(i, Quality.OUT_OF_RANGE);
          } else {
            FieldType.DECIMAL.read(values, i, reading.weight());
          }
        }
        case UNIT -> told(values, i, reading.unit());
        case KIND -> told(values, i, reading.kind());
        case STABLE -> values.integer(i, reading.stable() ? 1 : 0);
        case OVERLOAD -> values.integer(i, reading.overloaded() ? 1 : 0);
      }
    }
    return values.build();
  }

  private static void told(Values.Builder values, int i, String text) {
    if (text.isEmpty()) {
      values.bad(i, Quality.BAD_VALUE);
    } else {
      values.text(i, text);
    }
  }
}
