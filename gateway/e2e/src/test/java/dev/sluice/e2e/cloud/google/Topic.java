package dev.sluice.e2e.cloud.google;

import dev.sluice.e2e.cloud.broker.Violation;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A topic of the platform, which begins with a slash.
 *
 * @param kind {@code events}, {@code state}, {@code config}, {@code commands}, {@code attach},
 *     {@code detach} or {@code errors}
 * @param rest what follows the kind with its slash, or empty
 */
record Topic(String device, String kind, String rest) {

  private static final Pattern FORM =
      Pattern.compile(
          "/devices/([^/+#]+)/(events|state|config|commands|attach|detach|errors)(/.+)?");

  /**
   * Reads a topic.
   *
   * @throws Violation if the platform has none like it
   */
  static Topic parse(String topic) {
    Matcher form = FORM.matcher(topic);
    if (!form.matches()) {
      throw new Violation("unknown topic " + topic);
    }
    return new Topic(form.group(1), form.group(2), form.group(3) == null ? "" : form.group(3));
  }

  static String of(String device, String kind) {
    return "/devices/" + device + "/" + kind;
  }
}
