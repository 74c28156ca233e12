package dev.sluice.gateway.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.gateway.uplink.Reach;
import dev.sluice.gateway.uplink.connector.Compression;
import dev.sluice.gateway.uplink.connector.ConnectorOptions;
import dev.sluice.gateway.uplink.connector.Form;
import dev.sluice.gateway.uplink.connector.MqttOptions;
import dev.sluice.gateway.uplink.connector.SparkplugOptions;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads the part of an uplink that its connector decides, and refuses what is for another one. */
final class ConnectorReader {

  private static final String SPARKPLUG = "sparkplug";

  /** Each belongs to the connector of its name. */
  private static final List<String> SECTIONS =
      List.of(
          SPARKPLUG,
          AzureReader.WORD,
          AwsReader.WORD,
          ThingsboardReader.WORD,
          ClearbladeReader.WORD,
          WatsonReader.WORD);

  private static final List<String> MQTT_KEYS =
      List.of("topic", "statusTopic", "deviceStatusTopic", "form", "retain", "compression");

  private final SchemaCheck schema;
  private final Problems problems;
  private final Path base;

  ConnectorReader(SchemaCheck schema, Problems problems, Path base) {
    this.schema = schema;
    this.problems = problems;
    this.base = base;
  }

  /** Null when the problems tell why. */
  @Nullable ConnectorOptions connector(
      Section keys, String gateway, URI url, Reach reach, Pointer at) {
    String connector = keys.text("connector");
    for (String section : SECTIONS) {
      if (!section.equals(connector) && keys.value().has(section)) {
        foreign(section, section, at, "or leave the section out");
        return null;
      }
    }
    return switch (connector) {
      case SPARKPLUG -> sparkplug(keys, gateway, at);
      case AzureReader.WORD ->
          new AzureReader(schema, problems).options(keys, gateway, url, reach, at);
      case AwsReader.WORD -> new AwsReader(schema, problems).options(keys, gateway, url, reach, at);
      case ThingsboardReader.WORD ->
          isFree(keys, "ThingsBoard", at)
              ? new ThingsboardReader(schema).options(keys, gateway, url, reach)
              : null;
      case ClearbladeReader.WORD ->
          new ClearbladeReader(schema, problems, base).options(keys, gateway, at);
      case WatsonReader.WORD ->
          isFree(keys, "Watson IoT", at)
              ? new WatsonReader(schema, problems).options(keys, gateway, at)
              : null;
      default -> readings(keys, keys.text("statusTopic"));
    };
  }

  /** What all connectors have in common that send readings as {@code mqtt} does. */
  static MqttOptions readings(Section keys, String statusTopic) {
    return new MqttOptions(
        keys.text("topic"),
        Form.of(keys.text("form")),
        Compression.valueOf(keys.text("compression").toUpperCase(Locale.ROOT)),
        statusTopic,
        keys.flag("retain"),
        keys.text("deviceStatusTopic"));
  }

  private @Nullable ConnectorOptions sparkplug(Section keys, String gateway, Pointer at) {
    boolean clean = isFree(keys, "Sparkplug B", at);
    JsonNode json = keys.get(SPARKPLUG);
    JsonNode definition = schema.definition("uplink").path("properties").path(SPARKPLUG);
    if (json.isMissingNode()) {
      String expected = schema.expected().of(definition.path("properties").path("group"));
      problems.add(
          at.then(SPARKPLUG).then("group"),
          "nothing",
          expected,
          "the key is required with connector: sparkplug");
      return null;
    }
    var section = new Section(json, definition);
    String host = section.optionalText("primaryHost");
    return clean
        ? new SparkplugOptions(
            section.text("group"),
            section.text("node").replace("{gateway}", gateway),
            host == null ? "" : host,
            section.duration("primaryHostWait"),
            section.flag("aliases"),
            section.duration("rebirthEvery"),
            section.duration("commandMaxAge"))
        : null;
  }

  /** Of keys that are for topics and forms of one's own. */
  private boolean isFree(Section keys, String platform, Pointer at) {
    boolean free = true;
    for (String key : MQTT_KEYS) {
      if (keys.value().has(key)) {
        foreign(key, "mqtt", at, platform + " fixes topics and form: leave the key out");
        free = false;
      }
    }
    return free;
  }

  private void foreign(String key, String connector, Pointer at, String hint) {
    problems.add(at.then(key), "the key " + key, "connector: " + connector + " beside it", hint);
  }
}
