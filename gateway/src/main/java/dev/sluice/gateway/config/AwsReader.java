package dev.sluice.gateway.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.gateway.uplink.Reach;
import dev.sluice.gateway.uplink.connector.AwsAuthorizer;
import dev.sluice.gateway.uplink.connector.AwsIotOptions;
import dev.sluice.gateway.uplink.connector.AwsProvisioning;
import dev.sluice.gateway.uplink.connector.AwsShadow;
import dev.sluice.gateway.uplink.connector.ConnectorOptions;
import dev.sluice.gateway.uplink.connector.MqttOptions;
import dev.sluice.gateway.uplink.mqtt.ProxyServer;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the section {@code aws-iot} of an uplink, and holds the rest of it to the platform. */
final class AwsReader {

  /** The connector, and its section. */
  static final String WORD = "aws-iot";

  private static final int MOST_IN_FLIGHT = 100;
  private static final Duration LONGEST_KEEP_ALIVE = Duration.ofMinutes(20);

  private final SchemaCheck schema;
  private final Problems problems;

  AwsReader(SchemaCheck schema, Problems problems) {
    this.schema = schema;
    this.problems = problems;
  }

  /** Null when the problems tell why. */
  @Nullable ConnectorOptions options(
      Section keys, String gateway, URI url, Reach reach, Pointer at) {
    JsonNode definition = schema.definition("uplink").path("properties").path(WORD);
    var section = new Section(keys.get(WORD), definition);
    String rule = optional(section, "rule");
    platform(keys, rule, at);
    secret(keys, at);
    // Retained messages and wills cost: nothing is said that nobody asked for.
    boolean status = keys.value().has("statusTopic");
    MqttOptions readings = ConnectorReader.readings(keys, status ? keys.text("statusTopic") : "");
    String clientId = keys.value().has("clientId") ? keys.text("clientId") : "";
    return problems.clean(at)
        ? new AwsIotOptions(
            readings,
            url,
            rule,
            clientId.replace("{gateway}", gateway),
            section.text("thing").replace("{gateway}", gateway),
            authorizer(keys, section, definition),
            shadow(section, definition),
            section.flag("jobs"),
            provisioning(section, definition, reach.proxy(), gateway))
        : null;
  }

  /** What the platform would end the connection over, or never do. */
  private void platform(Section keys, String rule, Pointer at) {
    if (!keys.get("alternates").isEmpty()) {
      tell(at, "alternates", "further addresses", "none", "an account has one endpoint");
    }
    if (keys.bytes("maxMessageBytes") > AwsIotOptions.MAX_MESSAGE_BYTES) {
      String found = Texts.quoted(keys.text("maxMessageBytes"));
      tell(at, "maxMessageBytes", found, "at most 128KiB", "AWS takes no larger message");
    }
    if (keys.integer("windowMessages") > MOST_IN_FLIGHT) {
      String found = keys.text("windowMessages");
      tell(at, "windowMessages", found, "at most 100", "AWS has no more on their way");
    }
    if (keys.duration("keepAlive").compareTo(LONGEST_KEEP_ALIVE) > 0) {
      String found = Texts.quoted(keys.text("keepAlive"));
      tell(at, "keepAlive", found, "at most 20m", "AWS waits no longer");
    }
    if (!rule.isEmpty() && keys.text("loopbackCheck").equals("first")) {
      tell(at, "loopbackCheck", "first with aws-iot.rule", "off", "nobody can subscribe to a rule");
    }
  }

  /** Where the token is read from a file, there is no second secret that could change. */
  private void secret(Section keys, Pointer at) {
    boolean password = keys.value().has("password") || keys.value().has("passwordFile");
    if (password && tokenFile(schema, keys).optionalText("tokenFile") != null) {
      problems.add(
          at.then(WORD).then("authorizer").then("tokenFile"),
          "tokenFile beside a password",
          "one of them",
          "a password goes with token and signature, or without a token");
    }
  }

  /** The section in which the file with the token is named, if there is one. */
  static Section tokenFile(SchemaCheck schema, Section keys) {
    JsonNode definition = schema.definition("uplink").path("properties").path(WORD);
    return new Section(
        keys.value().path(WORD).path("authorizer"),
        definition.path("properties").path("authorizer"));
  }

  private void tell(Pointer at, String key, String found, String expected, String hint) {
    problems.add(at.then(key), found, expected, hint);
  }

  private static String optional(Section section, String key) {
    String text = section.optionalText(key);
    return text == null ? "" : text;
  }

  private static @Nullable Section inner(Section section, JsonNode definition, String key) {
    JsonNode json = section.get(key);
    return json.isMissingNode() ? null : new Section(json, definition.path("properties").path(key));
  }

  private static @Nullable AwsAuthorizer authorizer(
      Section keys, Section section, JsonNode definition) {
    Section of = inner(section, definition, "authorizer");
    return of == null
        ? null
        : new AwsAuthorizer(
            of.text("name"),
            optional(keys, "username"),
            optional(of, "tokenKey"),
            optional(of, "token"),
            optional(of, "signature"),
            of.value().has("tokenFile"));
  }

  private static @Nullable AwsShadow shadow(Section section, JsonNode definition) {
    Section of = inner(section, definition, "shadow");
    return of == null ? null : new AwsShadow(optional(of, "name"), of.duration("every"));
  }

  private static @Nullable AwsProvisioning provisioning(
      Section section, JsonNode definition, @Nullable ProxyServer proxy, String gateway) {
    Section of = inner(section, definition, "provisioning");
    if (of == null) {
      return null;
    }
    var parameters = new LinkedHashMap<String, String>();
    for (Map.Entry<String, JsonNode> entry : of.get("parameters").properties()) {
      parameters.put(entry.getKey(), entry.getValue().asText().replace("{gateway}", gateway));
    }
    return new AwsProvisioning(of.text("template"), parameters, proxy);
  }
}
