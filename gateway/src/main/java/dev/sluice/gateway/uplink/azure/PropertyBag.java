package dev.sluice.gateway.uplink.azure;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The properties of a message, as they stand at the end of its topic. */
final class PropertyBag {

  /** A message of a device may have 100 of its own; a little more is let in. */
  private static final int MOST = 128;

  private PropertyBag() {}

  /** One property; the first of a bag has nothing before it. */
  static String entry(String key, String value) {
    return Percent.encode(key) + "=" + Percent.encode(value);
  }

  /**
   * Reads one; a key without {@code =} has no value, and the last of two with one name holds.
   *
   * @throws IllegalArgumentException saying what was found
   */
  static Map<String, @Nullable String> decode(String bag) {
    var properties = new LinkedHashMap<String, @Nullable String>();
    String[] pairs = bag.split("&", MOST + 1);
    if (pairs.length > MOST) {
      throw new IllegalArgumentException("more than " + MOST + " properties");
    }
    for (String pair : pairs) {
      int equals = pair.indexOf('=');
      String key = Percent.decode(equals < 0 ? pair : pair.substring(0, equals));
      if (!key.isEmpty()) {
        properties.put(key, equals < 0 ? null : Percent.decode(pair.substring(equals + 1)));
      }
    }
    return properties;
  }
}
