package dev.sluice.gateway.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.driver.Driver;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Writes the reference page of the configuration from the descriptions in the schema. */
public final class ConfigurationReference {

  private final ObjectNode schema;
  private final Expected expected;
  private final StringBuilder out = new StringBuilder();

  private ConfigurationReference(ObjectNode schema) {
    this.schema = schema;
    this.expected = new Expected(schema);
  }

  /** The page in Markdown, the same for the same drivers. */
  public static String markdown(Collection<Driver> drivers) {
    List<String> types = drivers.stream().map(Driver::type).sorted().toList();
    return new ConfigurationReference(SchemaComposer.compose(drivers)).write(types);
  }

  private String write(List<String> drivers) {
    out.append("# Configuration\n\n");
    out.append("Generated from the schema by `sluice schema --reference`; do not edit.\n\n");
    paragraph(schema);
    out.append("Check a file with `sluice check FILE`. Editors complete and check it with\n");
    out.append(
        "[sluice.schema.json](sluice.schema.json): put this line at the top of the file.\n\n");
    out.append("```yaml\n# yaml-language-server: $schema=./sluice.schema.json\n```\n");
    for (Map.Entry<String, JsonNode> section : schema.path("properties").properties()) {
      out.append("\n## ").append(section.getKey()).append("\n\n");
      paragraph(section.getValue());
      switch (section.getKey()) {
        case "lines" -> perDriver(drivers, "line");
        case "devices" -> {
          perDriver(drivers, "device");
          out.append("\n## points\n\nOf a device.\n\n");
          perDriver(drivers, "point");
        }
        case "uplinks" -> table(schema.path("$defs").path("uplink"));
        default -> table(section.getValue());
      }
    }
    return out.toString();
  }

  /** The keys that all have in common, then those of each driver. */
  private void perDriver(List<String> drivers, String what) {
    var common = new ArrayList<String>();
    JsonNode defs = schema.path("$defs");
    boolean first = true;
    for (String driver : drivers) {
      JsonNode definition = defs.path(what + "-" + driver);
      if (first) {
        for (String key : SchemaComposer.hostKeys(what)) {
          common.add(key);
        }
        header();
        common.forEach(key -> row("", key, definition));
        first = false;
      }
      out.append("\nWith `driver: ").append(driver).append("`:\n\n");
      header();
      for (String key : expected.keys(definition)) {
        if (!common.contains(key)) {
          row("", key, definition);
        }
      }
    }
  }

  private void table(JsonNode mapping) {
    header();
    for (String key : expected.keys(mapping)) {
      row("", key, mapping);
    }
  }

  private void header() {
    out.append("| Key | Value | Default | Meaning |\n|---|---|---|---|\n");
  }

  private void row(String prefix, String key, JsonNode mapping) {
    JsonNode property = mapping.path("properties").path(key);
    boolean nested = property.has("properties");
    boolean required = false;
    for (JsonNode name : mapping.path("required")) {
      required |= name.asText().equals(key);
    }
    String standard = Texts.printable(property.path("default").asText(), 100);
    boolean none = !property.has("default") || standard.isEmpty();
    boolean driver = key.equals("driver") && property.has("const");
    out.append("| `").append(prefix).append(key).append("` | ");
    out.append(
        driver ? "the name of a driver" : nested ? "a mapping" : cell(expected.of(property)));
    out.append(" | ").append(none ? required ? "required" : "" : "`" + standard + "`");
    out.append(" | ").append(cell(description(property)));
    out.append(driver ? "The protocol that is spoken on this line." : "").append(" |\n");
    for (String inner : nested ? expected.keys(property) : List.<String>of()) {
      row(prefix + key + ".", inner, property);
    }
  }

  private static String description(JsonNode property) {
    String text = property.path("description").asText();
    var examples = new ArrayList<String>();
    property.path("examples").forEach(example -> examples.add("`" + example.asText() + "`"));
    return examples.isEmpty() ? text : text + " For example " + String.join(", ", examples) + ".";
  }

  private void paragraph(JsonNode described) {
    out.append(described.path("description").asText()).append("\n\n");
  }

  private static String cell(String text) {
    return text.replace("|", "\\|").replace("<", "\\<").replace("\n", " ");
  }
}
