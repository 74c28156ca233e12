package dev.sluice.gateway.uplink.aws;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Documents as trees of maps: what of one is another. Everything else is a value as a whole. */
final class Json {

  private Json() {}

  /** The mapping of a key; empty when there is none. */
  static Map<String, Object> map(Map<String, Object> of, String key) {
    return of.get(key) instanceof Map<?, ?> ? asMap(of.get(key)) : Map.of();
  }

  /** The text of a key; empty when there is none. */
  static String text(Map<String, Object> of, String key) {
    return of.get(key) instanceof String text ? text : "";
  }

  /** The number of a key. */
  static long number(Map<String, Object> of, String key, long otherwise) {
    return of.get(key) instanceof Number number ? number.longValue() : otherwise;
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> asMap(Object map) {
    return (Map<String, Object>) map;
  }

  /** A copy that can be changed, all the way down. */
  static Map<String, Object> copy(Map<String, Object> of) {
    var copy = new TreeMap<String, Object>();
    of.forEach(
        (key, value) -> copy.put(key, value instanceof Map<?, ?> ? copy(asMap(value)) : value));
    return copy;
  }

  /** What makes {@code known} the same as {@code wanted}: a merge patch, null for what goes. */
  static Map<String, @Nullable Object> difference(
      Map<String, Object> known, Map<String, Object> wanted) {
    var patch = new TreeMap<String, @Nullable Object>();
    for (String key : known.keySet()) {
      if (!wanted.containsKey(key)) {
        patch.put(key, null);
      }
    }
    wanted.forEach(
        (key, value) -> {
          Object before = known.get(key);
          if (value instanceof Map<?, ?> && before instanceof Map<?, ?>) {
            Map<String, @Nullable Object> inner = difference(asMap(before), asMap(value));
            if (!inner.isEmpty()) {
              patch.put(key, inner);
            }
          } else if (!same(before, value)) {
            patch.put(key, value);
          }
        });
    return patch;
  }

  /** Makes a change in place: null takes a key away (RFC 7396). */
  static void merge(Map<String, Object> into, Map<String, Object> change) {
    change.forEach(
        (key, value) -> {
          if (value == null) {
            into.remove(key);
          } else if (value instanceof Map<?, ?> && into.get(key) instanceof Map<?, ?>) {
            merge(asMap(into.get(key)), asMap(value));
          } else {
            into.put(key, value instanceof Map<?, ?> ? copy(asMap(value)) : value);
          }
        });
  }

  /** 21.50 is 21.5. */
  private static boolean same(@Nullable Object before, Object value) {
    if (before instanceof java.math.BigDecimal a && value instanceof java.math.BigDecimal b) {
      return a.compareTo(b) == 0;
    }
    return value.equals(before);
  }
}
