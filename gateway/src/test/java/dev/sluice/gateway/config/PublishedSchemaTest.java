package dev.sluice.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is committed in {@code deploy} for editors and people is what the code says. */
class PublishedSchemaTest {

  private static final Path DEPLOY = Path.of("../deploy");
  private static final Path EXAMPLE = DEPLOY.resolve("examples/small-site.yaml");
  private static final Path SERIAL = DEPLOY.resolve("examples/serial-bus.yaml");

  @Test
  void theExampleOfASerialBusLoadsWithoutAWarning() throws Exception {
    LoadedConfig example = Loading.loader().load(SERIAL);

    assertThat(example.warnings()).isEmpty();
    assertThat(example.lines()).extracting(LinePlan::points).containsExactly(10, 1);
  }

  @Test
  void theExampleLoadsWithoutAWarning() throws Exception {
    LoadedConfig example = Loading.loader().load(EXAMPLE);

    assertThat(example.warnings()).isEmpty();
    assertThat(example.config().devices()).hasSize(4);
    assertThat(example.lines()).extracting(LinePlan::points).containsExactly(10, 5, 1);
  }

  @Test
  void theSchemaIsUpToDate() throws Exception {
    assertThat(DEPLOY.resolve("sluice.schema.json"))
        .as("written by: sluice schema > deploy/sluice.schema.json")
        .hasContent(SchemaComposer.text(Loading.drivers()));
  }

  @Test
  void theReferencePageIsUpToDate() throws Exception {
    assertThat(DEPLOY.resolve("CONFIGURATION.md"))
        .as("written by: sluice schema --reference > deploy/CONFIGURATION.md")
        .hasContent(ConfigurationReference.markdown(Loading.drivers()));
  }

  @Test
  void theSchemaIsOne() {
    var draft =
        JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
            .getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));

    assertThat(draft.validate(SchemaComposer.text(Loading.drivers()), InputFormat.JSON)).isEmpty();
  }

  /** Editors have only the published schema: it must take what the gateway takes. */
  @Test
  void theSchemaAloneTakesAGoodSiteAndNoUnknownKey() throws Exception {
    var published =
        JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
            .getSchema(SchemaComposer.compose(Loading.drivers()));
    for (Path site : List.of(EXAMPLE, SERIAL, Path.of("src/test/resources/site.yaml"))) {
      JsonNode good = new YamlSource(ConfigLimits.DEFAULTS).read(site).json();
      assertThat(published.validate(good)).as(site.toString()).isEmpty();
    }
    JsonNode bad =
        new YamlSource(ConfigLimits.DEFAULTS)
            .read(Path.of("src/test/resources/cases/unknown-key/sluice.yaml"))
            .json();

    assertThat(published.validate(bad)).isNotEmpty();
  }

  @Test
  void everyKeyIsDescribed() {
    var schema = SchemaComposer.compose(Loading.drivers());
    schema.path("$defs").properties().forEach(d -> described(d.getKey(), d.getValue()));
    described("", schema);
  }

  private static void described(String where, JsonNode mapping) {
    mapping
        .path("properties")
        .properties()
        .forEach(
            key -> {
              String path = where + "/" + key.getKey();
              boolean constant = key.getValue().has("const");
              assertThat(constant || key.getValue().has("description")).as(path).isTrue();
              described(path, key.getValue());
            });
  }

  @Test
  void theReferenceMentionsNoKeyTwiceInATable() throws Exception {
    String page = Files.readString(DEPLOY.resolve("CONFIGURATION.md"));
    for (String table : page.split("\\n\\n")) {
      assertThat(table.lines().filter(l -> l.startsWith("| `")).map(l -> l.split("\\|")[1]))
          .doesNotHaveDuplicates();
    }
  }
}
