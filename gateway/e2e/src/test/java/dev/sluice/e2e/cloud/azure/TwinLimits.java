package dev.sluice.e2e.cloud.azure;

import dev.sluice.e2e.cloud.MergePatch;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** What a section of a twin may hold. */
final class TwinLimits {

  private static final int SECTION_BYTES = 32 << 10;
  private static final int DEPTH = 10;
  private static final int KEY_BYTES = 1 << 10;
  private static final int STRING_BYTES = 4 << 10;
  private static final BigInteger INTEGER = BigInteger.valueOf(4_503_599_627_370_496L);
  private static final Pattern FORBIDDEN = Pattern.compile("[\\p{Cntrl}.$ ]");

  private TwinLimits() {}

  /**
   * Judges a patch, and the section as it would be.
   *
   * @throws IllegalArgumentException in words
   */
  static void check(JsonObject patch, JsonObject section) {
    object(patch, 1);
    JsonObject after = section.copy();
    MergePatch.apply(after, patch.copy());
    int bytes = length(after.encode());
    if (bytes > SECTION_BYTES) {
      throw new IllegalArgumentException("the section would have " + bytes + " bytes");
    }
  }

  private static void object(JsonObject object, int depth) {
    if (depth > DEPTH) {
      throw new IllegalArgumentException("deeper than " + DEPTH);
    }
    for (String key : object.fieldNames()) {
      if (key.isEmpty() || length(key) > KEY_BYTES || FORBIDDEN.matcher(key).find()) {
        throw new IllegalArgumentException("bad key '" + key + "'");
      }
      value(object.getValue(key), depth);
    }
  }

  private static void value(Object value, int depth) {
    if (value instanceof JsonObject inner) {
      object(inner, depth + 1);
    } else if (value instanceof JsonArray array) {
      array.forEach(element -> value(element, depth + 1));
    } else if (value instanceof String text && length(text) > STRING_BYTES) {
      throw new IllegalArgumentException("a string of " + length(text) + " bytes");
    } else if (value instanceof Number number
        && !(number instanceof Double || number instanceof Float)
        && new BigInteger(number.toString()).abs().compareTo(INTEGER) > 0) {
      throw new IllegalArgumentException("an integer beyond 52 bits: " + number);
    }
  }

  private static int length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
