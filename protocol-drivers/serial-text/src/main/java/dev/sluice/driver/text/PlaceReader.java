package dev.sluice.driver.text;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads where the value of a point stands. */
final class PlaceReader {

  private static final int LAST_OFFSET = 65_535;
  private static final int LAST_COLUMN = 1_000;

  private final SettingsReader point;
  private final @Nullable LinePattern pattern;
  private final boolean patternGiven;

  /**
   * Reads one point.
   *
   * @param pattern of the device; null if it has none, or none that is right
   * @param patternGiven whether the device has one, right or wrong
   */
  PlaceReader(SettingsReader point, @Nullable LinePattern pattern, boolean patternGiven) {
    this.point = point;
    this.pattern = pattern;
    this.patternGiven = patternGiven;
  }

  Place read() {
    List<String> given = List.of("group", "column", "byte").stream().filter(point::has).toList();
    if (given.size() != 1) {
      point.problem(
          given.isEmpty() ? "group" : given.get(1),
          given.isEmpty() ? "nothing" : String.join(" and ", given),
          "one of group, column and byte",
          point.has("at") ? "at is for devices with a profile" : "");
      return new Place.Column(1, FieldType.DECIMAL);
    }
    return switch (given.get(0)) {
      case "group" -> group();
      case "column" -> column();
      default -> bytes();
    };
  }

  private Place group() {
    notWith("group", "length", "binary", "order");
    String group = point.text("group", "");
    if (!patternGiven) {
      point.problem("group", "a pattern of the device that has this group", "");
    } else if (pattern != null && !pattern.hasGroup(group)) {
      point.problem(
          "group",
          "the name of a group of the pattern",
          "a group is written (?<name>...), its name has letters and digits only");
    }
    return new Place.Group(group, type());
  }

  private Place column() {
    notWith("column", "length", "binary", "order");
    return new Place.Column(point.integer("column", 1, 1, LAST_COLUMN), type());
  }

  private Place bytes() {
    int offset = point.integer("byte", 0, 0, LAST_OFFSET);
    if (point.has("binary")) {
      for (String key : List.of("length", "type")) {
        if (point.has(key)) {
          point.problem(key, "nothing beside binary", "");
        }
      }
      BinaryType type = BinaryType.ofWord(point.word("binary", "uint16", BinaryType.words()));
      boolean little = point.word("order", "big", List.of("big", "little")).equals("little");
      return new Place.Binary(offset, type, little);
    }
    notWith("length", "order");
    if (!point.has("length")) {
      point.problem("length", "the length of the text, or binary with a type of number", "");
    }
    return new Place.Text(offset, point.integer("length", 1, 1, LAST_OFFSET), type());
  }

  private void notWith(String what, String... keys) {
    for (String key : keys) {
      if (point.has(key)) {
        point.problem(key, "nothing with " + what, "it belongs to byte");
      }
    }
  }

  private FieldType type() {
    return FieldType.read(point);
  }
}
