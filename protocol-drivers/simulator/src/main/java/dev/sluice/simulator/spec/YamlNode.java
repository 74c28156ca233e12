package dev.sluice.simulator.spec;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A place in a YAML file: its value, and the path to say where something is wrong. */
record YamlNode(String path, @Nullable Object value) {

  /** The keys of a mapping; none but the allowed ones. */
  YamlNode only(Set<String> allowed) throws PlantException {
    for (String key : map().keySet()) {
      if (!allowed.contains(key)) {
        throw new PlantException(
            child(key).path, "an unknown key", "one of " + String.join(", ", sorted(allowed)));
      }
    }
    return this;
  }

  private static List<String> sorted(Set<String> words) {
    return words.stream().sorted().toList();
  }

  boolean has(String key) throws PlantException {
    return map().get(key) != null;
  }

  YamlNode get(String key) throws PlantException {
    Object found = map().get(key);
    if (found == null) {
      throw new PlantException(child(key).path, "nothing", "a value");
    }
    return new YamlNode(child(key).path, found);
  }

  /** The entries of a mapping from names to anything, in the order of the file. */
  Map<String, YamlNode> named() throws PlantException {
    Map<String, YamlNode> nodes = new LinkedHashMap<>();
    for (Map.Entry<String, Object> entry : map().entrySet()) {
      String name = entry.getKey();
      if (!name.matches("[A-Za-z][A-Za-z0-9_-]{0,63}")) {
        throw new PlantException(
            path, "the name \"" + name + "\"", "a letter, then letters, digits, - and _");
      }
      nodes.put(name, new YamlNode(child(name).path, entry.getValue()));
    }
    if (nodes.isEmpty()) {
      throw new PlantException(path, "nothing", "at least one entry");
    }
    return nodes;
  }

  List<YamlNode> list() throws PlantException {
    if (!(value instanceof List<?> items)) {
      throw wrong("a list");
    }
    List<YamlNode> nodes = new ArrayList<>();
    for (Object item : items) {
      nodes.add(new YamlNode(path + "[" + nodes.size() + "]", item));
    }
    return nodes;
  }

  String text() throws PlantException {
    if (value instanceof String text) {
      return text;
    }
    // YAML reads an unquoted 12 as a number; as a text it is as good.
    if (value instanceof Number number) {
      return number.toString();
    }
    throw wrong("a text");
  }

  String text(String key, String otherwise) throws PlantException {
    return has(key) ? get(key).text() : otherwise;
  }

  long whole(long lowest, long highest) throws PlantException {
    if ((value instanceof Integer || value instanceof Long)
        && ((Number) value).longValue() >= lowest
        && ((Number) value).longValue() <= highest) {
      return ((Number) value).longValue();
    }
    throw wrong("a whole number from " + lowest + " to " + highest);
  }

  int whole(String key, int lowest, int highest, int otherwise) throws PlantException {
    return has(key) ? (int) get(key).whole(lowest, highest) : otherwise;
  }

  BigDecimal decimal() throws PlantException {
    if (value instanceof Number number) {
      double d = number.doubleValue();
      if (!Double.isNaN(d) && !Double.isInfinite(d)) {
        return new BigDecimal(number.toString());
      }
    }
    throw wrong("a number");
  }

  BigDecimal decimal(String key, BigDecimal otherwise) throws PlantException {
    return has(key) ? get(key).decimal() : otherwise;
  }

  double number() throws PlantException {
    return decimal().doubleValue();
  }

  double number(String key, double otherwise) throws PlantException {
    return has(key) ? get(key).number() : otherwise;
  }

  Duration time() throws PlantException {
    try {
      return FaultWords.time(text());
    } catch (IllegalArgumentException e) {
      throw wrong("a time, 1ms to 24h");
    }
  }

  Duration time(String key, Duration otherwise) throws PlantException {
    return has(key) ? get(key).time() : otherwise;
  }

  <E extends Enum<E>> E word(Class<E> type) throws PlantException {
    List<String> words = new ArrayList<>();
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equalsIgnoreCase(text())) {
        return constant;
      }
      words.add(constant.name().toLowerCase(java.util.Locale.ROOT));
    }
    throw wrong("one of " + String.join(", ", words));
  }

  PlantException wrong(String expected) {
    return new PlantException(path, describe(), expected);
  }

  @SuppressWarnings("unchecked")
  private Map<String, Object> map() throws PlantException {
    if (value instanceof Map<?, ?> map) {
      for (Object key : map.keySet()) {
        if (!(key instanceof String)) {
          throw new PlantException(path, "the key " + key, "a name");
        }
      }
      return (Map<String, Object>) map;
    }
    throw wrong("a mapping");
  }

  private YamlNode child(String key) {
    return new YamlNode(path.isEmpty() ? key : path + "." + key, null);
  }

  private String describe() {
    if (value == null) {
      return "nothing";
    }
    if (value instanceof Map<?, ?>) {
      return "a mapping";
    }
    if (value instanceof List<?>) {
      return "a list";
    }
    String text = value.toString();
    return value instanceof String
        ? "\"" + (text.length() > 80 ? text.substring(0, 80) + "…" : text) + "\""
        : text;
  }
}
