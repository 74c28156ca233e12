package dev.sluice.gateway.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.gateway.uplink.connector.WatsonOptions;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the section {@code watson-iot} of an uplink. */
final class WatsonReader {

  static final String WORD = "watson-iot";

  private final SchemaCheck schema;
  private final Problems problems;

  WatsonReader(SchemaCheck schema, Problems problems) {
    this.schema = schema;
    this.problems = problems;
  }

  /** Null when the problems tell why. */
  @Nullable WatsonOptions options(Section keys, String gateway, Pointer at) {
    JsonNode json = keys.get(WORD);
    JsonNode definition = schema.definition("uplink").path("properties").path(WORD);
    if (json.isMissingNode()) {
      problems.add(
          at.then(WORD).then("organization"),
          "nothing",
          schema.expected().of(definition.path("properties").path("organization")),
          "the key is required with connector: " + WORD);
      return null;
    }
    var section = new Section(json, definition);
    Map<String, String> types = new HashMap<>();
    section
        .get("deviceTypes")
        .properties()
        .forEach(e -> types.put(e.getKey(), e.getValue().asText()));
    return new WatsonOptions(
        section.text("organization"),
        section.text("type"),
        section.text("id").replace("{gateway}", gateway),
        section.text("deviceType"),
        types,
        section.text("event"),
        section.duration("lifetime"),
        section.flag("managed"),
        section.duration("settle"),
        section.duration("retry"));
  }
}
