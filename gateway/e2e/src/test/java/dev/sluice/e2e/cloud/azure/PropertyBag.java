package dev.sluice.e2e.cloud.azure;

import dev.sluice.e2e.cloud.Percent;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The properties of a message, as they stand at the end of its topic. */
final class PropertyBag {

  /** What may stand unencoded in a key or a value (RFC 3986, sub-delims less the separators). */
  private static final Pattern TEXT =
      Pattern.compile("(?:[A-Za-z0-9._~!$'()*,;:@-]|%[0-9A-Fa-f]{2})*");

  private PropertyBag() {}

  /**
   * Reads one, empty too. A key without {@code =} has no value (null).
   *
   * @throws IllegalArgumentException in words; a plus counts as not encoded
   */
  static Map<String, String> decode(String bag) {
    var properties = new LinkedHashMap<String, String>();
    if (bag.isEmpty()) {
      return properties;
    }
    for (String pair : bag.split("&", -1)) {
      int equals = pair.indexOf('=');
      String key = equals < 0 ? pair : pair.substring(0, equals);
      String value = equals < 0 ? null : pair.substring(equals + 1);
      if (key.isEmpty() || !TEXT.matcher(key).matches()) {
        throw new IllegalArgumentException("bad key in the property bag: '" + key + "'");
      }
      if (value != null && !TEXT.matcher(value).matches()) {
        throw new IllegalArgumentException("bad value in the property bag: '" + value + "'");
      }
      String decoded = value == null ? null : Percent.decode(value);
      if (properties.containsKey(Percent.decode(key))) {
        throw new IllegalArgumentException("twice in the property bag: " + key);
      }
      properties.put(Percent.decode(key), decoded);
    }
    return properties;
  }

  static String encode(Map<String, String> properties) {
    return properties.entrySet().stream()
        .map(
            property ->
                Percent.encode(property.getKey())
                    + (property.getValue() == null
                        ? ""
                        : "=" + Percent.encode(property.getValue())))
        .collect(Collectors.joining("&"));
  }

  /** What counts against the size of a message: values, and the names of the application's own. */
  static int bytes(Map<String, String> properties) {
    return properties.entrySet().stream()
        .mapToInt(
            property ->
                (property.getKey().startsWith("$.") ? 0 : length(property.getKey()))
                    + length(property.getValue()))
        .sum();
  }

  private static int length(String text) {
    return text == null ? 0 : text.getBytes(StandardCharsets.UTF_8).length;
  }
}
