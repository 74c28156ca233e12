package dev.sluice.driver.text;

import dev.sluice.driver.PollException;
import dev.sluice.driver.ValueType;
import dev.sluice.driver.Values;
import dev.sluice.driver.text.frame.Frame;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The data sets of a meter's data block: {@code 1-0:1.8.0*255(0001234.56*kWh)}. A point names one
 * as the meter writes it ({@code 1.8.0}, {@code F.F}, {@code 1.8.0*01}); the medium and channel in
 * front and {@code *255} behind may be left out. {@code #2} takes the second value of a set. The
 * unit behind a value is left out. Immutable.
 */
final class ObisExtraction implements Extraction {

  private static final Pattern AT = Pattern.compile("(?<code>[^()#\\s]{1,16})(?: +#(?<n>[1-9]))?");
  private static final int MOST_SETS = 2_000;

  private final List<At> points;

  private record At(String code, int number, FieldType type) {}

  private ObisExtraction(List<At> points) {
    this.points = List.copyOf(points);
  }

  static ObisExtraction read(List<SettingsReader> points) {
    var all = new ArrayList<At>();
    for (SettingsReader point : points) {
      Matcher at = AT.matcher(point.text("at", ""));
      if (!at.matches()) {
        point.problem("at", "the code of a data set: 1.8.0", "1.6.1 #2 for its second value");
        continue;
      }
      String number = at.group("n");
      all.add(
          new At(
              at.group("code"),
              number == null ? 1 : Integer.parseInt(number),
              FieldType.read(point)));
    }
    return new ObisExtraction(all);
  }

  @Override
  public ValueType type(int point) {
    return points.get(point).type.valueType();
  }

  @Override
  public Values read(Frame.Whole frame, int[] wanted) throws PollException {
    Map<String, List<String>> sets = sets(frame.text());
    var values = new Values.Builder(wanted.length);
    for (int i = 0; i < wanted.length; i++) {
      At at = points.get(wanted[i]);
      List<String> found = sets.getOrDefault(at.code, List.of());
      at.type.read(values, i, found.size() < at.number ? null : number(found.get(at.number - 1)));
    }
    return values.build();
  }

  private static @Nullable String number(String value) {
    int star = value.indexOf('*');
    return star < 0 ? value : value.substring(0, star);
  }

  /** The values of each set, by its code as written and by its short one; the first one counts. */
  private static Map<String, List<String>> sets(String block) throws PollException {
    var sets = new HashMap<String, List<String>>();
    int at = 0;
    while (true) {
      int open = block.indexOf('(', at);
      if (open < 0) {
        String rest = block.substring(at).strip();
        if (!rest.equals("!") && !rest.isEmpty()) {
          throw Extraction.refusal(rest, "data sets like 1.8.0(0001234.56*kWh), and ! at the end");
        }
        return sets;
      }
      int close = block.indexOf(')', open);
      if (close < 0 || sets.size() >= MOST_SETS) {
        throw Extraction.refusal(
            block.substring(open), close < 0 ? "a )" : "at most " + MOST_SETS + " data sets");
      }
      String code = block.substring(at, open).strip();
      var values = new ArrayList<String>();
      values.add(block.substring(open + 1, close));
      at = close + 1;
      while (at < block.length() && block.charAt(at) == '(') {
        close = block.indexOf(')', at);
        if (close < 0) {
          throw Extraction.refusal(block.substring(at), "a )");
        }
        values.add(block.substring(at + 1, close));
        at = close + 1;
      }
      sets.putIfAbsent(code, values);
      sets.putIfAbsent(brief(code), values);
    }
  }

  private static String brief(String code) {
    int from = code.indexOf(':') + 1;
    int to = code.endsWith("*255") ? code.length() - 4 : code.length();
    return code.substring(from, Math.max(from, to));
  }
}
