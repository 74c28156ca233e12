package dev.sluice.driver.text;

import dev.sluice.driver.PollException;
import dev.sluice.driver.Quality;
import dev.sluice.driver.ValueType;
import dev.sluice.driver.Values;
import dev.sluice.driver.text.frame.Frame;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Sentences of NMEA 0183: {@code $GPGGA,123519,4807.038,N,...*47}. A point is a field of a sentence
 * ({@code GGA 9}), whoever the talker is; fields count from 1 behind the address. {@code degrees}
 * makes {@code 4807.038,N} the number 48.1173. Immutable.
 */
final class NmeaSentences implements Extraction {

  private static final Pattern AT =
      Pattern.compile("(?<sentence>[A-Z]{3}|P[A-Z0-9]{3,8}) +(?<field>\\d{1,2})(?<deg> +degrees)?");
  private static final Pattern SENTENCE = Pattern.compile("[A-Z][A-Z0-9]{2,8},[ -~]*");
  private static final Pattern ANGLE = Pattern.compile("(\\d{1,3})(\\d\\d(?:\\.\\d{1,12})?)");

  private final List<At> points;

  private record At(String sentence, int field, boolean degrees, FieldType type) {

    /** Whether this is a field of the sentence with an address: two letters and the sentence. */
    boolean isOf(String address) {
      if (sentence.length() > 3) {
        return address.equals(sentence); // a maker's own
      }
      return address.length() == 5 && address.charAt(0) != 'P' && address.endsWith(sentence);
    }
  }

  private NmeaSentences(List<At> points) {
    this.points = List.copyOf(points);
  }

  static NmeaSentences read(List<SettingsReader> points) {
    var all = new ArrayList<At>();
    for (SettingsReader point : points) {
      Matcher at = AT.matcher(point.text("at", ""));
      if (!at.matches() || Integer.parseInt(at.group("field")) == 0) {
        point.problem("at", "a sentence and a field from 1: GGA 9", "RMC 3 degrees for an angle");
        continue;
      }
      boolean degrees = at.group("deg") != null;
      if (degrees && point.has("type")) {
        point.problem("type", "nothing with degrees", "they are float64");
      }
      FieldType type = degrees ? FieldType.FLOAT64 : FieldType.read(point);
      all.add(new At(at.group("sentence"), Integer.parseInt(at.group("field")), degrees, type));
    }
    return new NmeaSentences(all);
  }

  @Override
  public ValueType type(int point) {
    return points.get(point).type.valueType();
  }

  @Override
  public int[] held(Frame.Whole frame, int[] all) {
    String text = frame.text();
    int comma = text.indexOf(',');
    String address = comma < 0 ? text : text.substring(0, comma);
    return SENTENCE.matcher(text).matches()
        ? IntStream.of(all).filter(i -> points.get(i).isOf(address)).toArray()
        : all;
  }

  @Override
  public Values read(Frame.Whole frame, int[] wanted) throws PollException {
    String text = frame.text();
    if (!SENTENCE.matcher(text).matches()) {
      throw Extraction.refusal(text, "a sentence of NMEA 0183 without its $");
    }
    String[] fields = text.split(",", -1);
    var values = new Values.Builder(wanted.length);
    for (int i = 0; i < wanted.length; i++) {
      At at = points.get(wanted[i]);
      if (at.field >= fields.length || fields[at.field].isEmpty()) {
        values.bad(i, Quality.BAD_VALUE); // a receiver without a fix leaves it empty
      } else if (at.degrees) {
        String side = at.field + 1 < fields.length ? fields[at.field + 1] : "";
        degrees(values, i, fields[at.field], side);
      } else {
        at.type.read(values, i, fields[at.field]);
      }
    }
    return values.build();
  }

  private static void degrees(Values.Builder values, int i, String angle, String side) {
    Matcher parts = ANGLE.matcher(angle);
    boolean negative = side.equals("S") || side.equals("W");
    if (!parts.matches() || !(negative || side.equals("N") || side.equals("E"))) {
      values.bad(i, Quality.BAD_VALUE);
      return;
    }
    double degrees = Integer.parseInt(parts.group(1)) + Double.parseDouble(parts.group(2)) / 60;
    values.number(i, negative ? -degrees : degrees);
  }
}
