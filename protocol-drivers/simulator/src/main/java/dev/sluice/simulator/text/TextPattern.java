package dev.sluice.simulator.text;

import dev.sluice.simulator.spec.DeviceSpec;
import dev.sluice.simulator.spec.PointSpec;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The regular expression that reads the lines of a text device: a named group per point. */
public final class TextPattern {

  private static final Pattern PLACE = Pattern.compile("\\{([A-Za-z][A-Za-z0-9_-]*)}");

  private TextPattern() {}

  /** The expression for whole lines of a device, without their delimiter. */
  public static String of(DeviceSpec.Text device) {
    var pattern = new StringBuilder();
    Matcher place = PLACE.matcher(device.format());
    int at = 0;
    while (place.find()) {
      pattern.append(quote(device.format().substring(at, place.start())));
      String number = place.group(1).equals(DeviceSpec.COUNTER) ? "\\d+" : "-?\\d+(?:\\.\\d+)?";
      pattern
          .append("(?<")
          .append(PointSpec.group(place.group(1)))
          .append(">")
          .append(number)
          .append(")");
      at = place.end();
    }
    return pattern.append(quote(device.format().substring(at))).toString();
  }

  private static String quote(String text) {
    return text.replaceAll("[\\\\^$.|?*+()\\[\\]{}]", "\\\\$0");
  }
}
