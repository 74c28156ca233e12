package dev.sluice.gateway.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonMetaSchema;
import com.networknt.schema.JsonNodePath;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Checks a document against the composed schema and tells what is wrong in our own words. */
final class SchemaCheck {

  private static final Set<String> CHOICES = Set.of("anyOf", "oneOf");

  private final ObjectNode document;
  private final JsonSchema schema;
  private final Expected expected;

  /** Compiles the schema; costs tens of milliseconds, so once. Thread-safe. */
  SchemaCheck(ObjectNode composed) {
    this.document = SchemaComposer.withoutDeviceDrivers(composed);
    this.expected = new Expected(document);
    JsonMetaSchema meta =
        JsonMetaSchema.builder(JsonMetaSchema.getV202012()).keyword(new RangeKeyword()).build();
    var config = SchemaValidatorsConfig.builder().pathType(PathType.JSON_POINTER).build();
    this.schema =
        JsonSchemaFactory.getInstance(
                SpecVersion.VersionFlag.V202012,
                builder -> builder.metaSchema(meta).defaultMetaSchemaIri(meta.getIri()))
            .getSchema(document, config);
  }

  /** The definition of that name, for what is read under it. */
  JsonNode definition(String name) {
    return document.path("$defs").path(name);
  }

  /** The keys of the document's own sections. */
  JsonNode section(String name) {
    return document.path("properties").path(name);
  }

  Expected expected() {
    return expected;
  }

  /** The document without what depends on the driver of a device. */
  void check(JsonNode root, Problems problems) {
    tell(schema.validate(root), problems);
  }

  /** One value of the document against a definition. */
  void check(String definition, Pointer at, JsonNode root, Problems problems) {
    var path = new JsonNodePath(PathType.JSON_POINTER).append("$defs").append(definition);
    var location = new JsonNodePath(PathType.JSON_POINTER);
    JsonNode value = root;
    for (String step : at.steps()) {
      location = location.append(step);
      value = value.path(step);
    }
    JsonSchema part = schema.getSubSchema(path);
    tell(part.validate(part.createExecutionContext(), value, root, location), problems);
  }

  private void tell(Set<ValidationMessage> messages, Problems problems) {
    Set<List<String>> told = new HashSet<>();
    for (ValidationMessage message : messages) {
      List<String> rule = steps(message.getSchemaLocation().getFragment());
      Pointer at = new Pointer(steps(message.getInstanceLocation()));
      int choice = firstChoice(rule);
      if (choice >= 0) {
        // One message for the whole choice; those of its branches contradict each other.
        List<String> whole = rule.subList(0, choice);
        var key = new ArrayList<>(at.steps());
        key.add(" ");
        key.addAll(whole);
        if (told.add(key)) {
          problems.add(at, Texts.found(problems.written(at)), expected.of(rule(whole)), "");
        }
        continue;
      }
      tell(message, at, rule(rule.subList(0, rule.size() - 1)), problems);
    }
  }

  private void tell(ValidationMessage message, Pointer at, JsonNode rule, Problems problems) {
    String property = message.getProperty();
    JsonNode written = problems.written(at);
    switch (message.getType()) {
      case "required", "dependentRequired" -> {
        String key = property == null ? "" : property;
        JsonNode missing = rule.path("properties").path(key);
        problems.add(at.then(key), "nothing", expected.of(missing), "the key is required");
      }
      case "additionalProperties", "unevaluatedProperties" -> {
        String key = property == null ? "" : property;
        List<String> known = expected.keys(rule);
        problems.add(
            at.then(key),
            "the unknown key " + Texts.quoted(key),
            Expected.oneOf(known),
            Texts.didYouMean(key, known));
      }
      case "propertyNames" -> {
        String name = property == null ? "" : property;
        problems.add(
            at.then(name),
            "the name " + Texts.quoted(name),
            expected.of(rule.path("propertyNames")),
            "");
      }
      case "minProperties" -> problems.add(at, Texts.found(written), "at least one entry", "");
      case "enum" -> {
        var known = new ArrayList<String>();
        rule.path("enum").forEach(item -> known.add(item.asText()));
        problems.add(
            at,
            Texts.found(written),
            Expected.oneOf(known),
            Texts.didYouMean(written.asText(), known));
      }
      default -> problems.add(at, Texts.found(written), words(at, rule), hint(rule, written));
    }
  }

  private String words(Pointer at, JsonNode rule) {
    return at.steps().isEmpty()
        ? "a mapping with keys of " + String.join(", ", expected.keys(rule))
        : expected.of(rule);
  }

  private String hint(JsonNode rule, JsonNode written) {
    String type = rule.path("type").asText();
    boolean scalar = written.isNumber() || written.isBoolean();
    boolean unit = Units.isAmount(rule.path("title").asText());
    if (unit && (scalar || written.isTextual())) {
      return Units.hint(written.asText());
    } else if (type.equals("string") && scalar) {
      return "put it in quotes";
    }
    boolean quoted = written.isTextual() && written.asText().matches("-?[0-9.]+|true|false");
    return quoted && !type.equals("string") ? "leave the quotes out" : "";
  }

  private static int firstChoice(List<String> rule) {
    for (int i = 0; i < rule.size(); i++) {
      // Below "properties" the word would be somebody's key.
      if (CHOICES.contains(rule.get(i)) && (i == 0 || !rule.get(i - 1).equals("properties"))) {
        return i;
      }
    }
    return -1;
  }

  private JsonNode rule(List<String> steps) {
    JsonNode node = document;
    for (String step : steps) {
      node = node.isArray() ? node.path(Integer.parseInt(step)) : node.path(step);
    }
    return node;
  }

  private static List<String> steps(JsonNodePath path) {
    var steps = new ArrayList<String>();
    for (int i = 0; i < path.getNameCount(); i++) {
      steps.add(String.valueOf(path.getElement(i)));
    }
    return steps;
  }
}
