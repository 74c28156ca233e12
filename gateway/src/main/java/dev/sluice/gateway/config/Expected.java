package dev.sluice.gateway.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Says in words what a schema accepts. A {@code title} is taken as these words, so a fragment can
 * choose its own.
 *
 * @param document that references are looked up in
 */
record Expected(JsonNode document) {

  String of(JsonNode schema) {
    return of(schema, 0);
  }

  /** A schema with what it refers to. */
  JsonNode resolved(JsonNode schema) {
    String ref = schema.path("$ref").asText("");
    return ref.startsWith("#") ? document.at(ref.substring(1)) : schema;
  }

  /** The keys that a mapping may have. */
  List<String> keys(JsonNode schema) {
    var names = new ArrayList<String>();
    schema.path("properties").fieldNames().forEachRemaining(names::add);
    return names;
  }

  private String of(JsonNode schema, int depth) {
    if (schema.has("x-range")) {
      JsonNode range = schema.get("x-range");
      String kind = range.path(0).asText().endsWith("B") ? "a size" : "a duration";
      return kind + " from " + range.path(0).asText() + " to " + range.path(1).asText();
    }
    if (schema.has("title")) {
      return schema.get("title").asText();
    }
    if (schema.has("$ref") && depth < 8) {
      return of(resolved(schema), depth + 1);
    }
    if (schema.has("const")) {
      return Texts.printable(schema.get("const").asText(), 60);
    }
    if (schema.has("enum")) {
      return oneOf(texts(schema.get("enum")));
    }
    if (schema.has("type")) {
      return ofType(schema);
    }
    return depth < 8 ? ofChoices(schema, depth) : "another value";
  }

  static String oneOf(List<String> words) {
    return words.size() == 1 ? words.get(0) : "one of " + String.join(", ", words);
  }

  private String ofType(JsonNode schema) {
    String min = bound(schema, "minimum", "from ");
    String max = bound(schema, "maximum", min.isEmpty() ? "up to " : "to ");
    String bounds = min + max;
    return switch (schema.get("type").asText()) {
      case "integer" -> "a whole number" + bounds;
      case "number" -> "a number" + bounds;
      case "boolean" -> "true or false";
      case "array" -> "a list";
      case "object" -> {
        String keys = String.join(", ", keys(schema));
        yield keys.isEmpty() ? "a mapping" : "a mapping with keys of " + keys;
      }
      case "string" ->
          schema.has("pattern")
              ? "text that matches " + schema.get("pattern").asText()
              : schema.path("minLength").asInt() > 0 ? "text that is not empty" : "text";
      default -> "a value of type " + Texts.printable(schema.get("type").toString(), 60);
    };
  }

  /** {@code anyOf} and {@code oneOf}: of values, or of the keys that each branch requires. */
  private String ofChoices(JsonNode schema, int depth) {
    JsonNode branches = schema.has("oneOf") ? schema.get("oneOf") : schema.path("anyOf");
    Set<String> words = new LinkedHashSet<>();
    boolean onlyKeys = !branches.isEmpty();
    for (JsonNode branch : branches) {
      onlyKeys &= branch.has("required") && !branch.has("type") && !branch.has("properties");
    }
    for (JsonNode branch : branches) {
      words.add(
          onlyKeys ? String.join(" with ", texts(branch.get("required"))) : of(branch, depth + 1));
    }
    String joined = String.join(" or ", words);
    if (onlyKeys) {
      return (schema.has("oneOf") ? "exactly one of the keys " : "one of the keys ") + joined;
    }
    return joined.isEmpty() ? "another value" : joined;
  }

  private static String bound(JsonNode schema, String key, String word) {
    return schema.has(key) ? " " + word + schema.get(key).asText() : "";
  }

  private static List<String> texts(JsonNode list) {
    var texts = new ArrayList<String>();
    list.forEach(item -> texts.add(item.asText()));
    return texts;
  }
}
