package dev.sluice.driver.text;

import dev.sluice.driver.PollException;
import dev.sluice.driver.ValueType;
import dev.sluice.driver.Values;
import dev.sluice.driver.text.frame.Frame;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/** Finds values where the owner said that they stand. Immutable. */
final class FieldExtraction implements Extraction {

  private final @Nullable LinePattern pattern;
  private final String separator;
  private final List<Place> places;

  /**
   * Extracts by configured places.
   *
   * @param pattern that a whole frame must match; null if any will do
   * @param separator of columns
   * @param places one per point
   */
  FieldExtraction(@Nullable LinePattern pattern, String separator, List<Place> places) {
    this.pattern = pattern;
    this.separator = separator;
    this.places = List.copyOf(places);
  }

  @Override
  public ValueType type(int point) {
    return places.get(point).valueType();
  }

  @Override
  public Values read(Frame.Whole frame, int[] points) throws PollException {
    Matcher matcher = pattern == null ? null : pattern.match(frame.text());
    List<String> columns = List.of();
    var values = new Values.Builder(points.length);
    for (int i = 0; i < points.length; i++) {
      Place place = places.get(points[i]);
      if (place instanceof Place.Group group && matcher != null) {
        group.type().read(values, i, matcher.group(group.name()));
      } else if (place instanceof Place.Column column) {
        columns = columns.isEmpty() ? Columns.of(frame.text(), separator) : columns;
        if (column.number() > columns.size()) {
          throw Extraction.refusal(frame.text(), "at least " + column.number() + " columns");
        }
        column.type().read(values, i, columns.get(column.number() - 1));
      } else if (place instanceof Place.Text text) {
        int end = text.offset() + text.length();
        byte[] content = reaching(frame, end);
        var found = new String(content, text.offset(), text.length(), StandardCharsets.UTF_8);
        text.type().read(values, i, found);
      } else if (place instanceof Place.Binary binary) {
        byte[] content = reaching(frame, binary.offset() + binary.type().width());
        binary.type().read(values, i, content, binary.offset(), binary.little());
      } else {
        throw new IllegalStateException("BUG: a group without a pattern");
      }
    }
    return values.build();
  }

  private static byte[] reaching(Frame.Whole frame, int end) throws PollException {
    if (frame.content().length() < end) {
      throw Extraction.refusal(frame.text(), "at least " + end + " bytes");
    }
    return frame.content().getBytes();
  }
}
