package dev.sluice.gateway.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.gateway.uplink.Reach;
import dev.sluice.gateway.uplink.Server;
import dev.sluice.gateway.uplink.connector.ThingsboardOptions;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the section {@code thingsboard} of an uplink; it may be left out. */
final class ThingsboardReader {

  static final String WORD = "thingsboard";

  private static final String PROVISION = "provision";

  private final SchemaCheck schema;

  ThingsboardReader(SchemaCheck schema) {
    this.schema = schema;
  }

  ThingsboardOptions options(Section keys, String gateway, URI url, Reach reach) {
    JsonNode definition = schema.definition("uplink").path("properties").path(WORD);
    var section = new Section(keys.get(WORD), definition);
    Map<String, String> profiles = new HashMap<>();
    section
        .get("profiles")
        .properties()
        .forEach(e -> profiles.put(e.getKey(), e.getValue().asText()));
    return new ThingsboardOptions(
        keys.text("clientId"),
        section.optionalText("token"),
        section.text("profile"),
        profiles,
        section.text("quality").equals("key"),
        provision(section, gateway, url, reach));
  }

  private static ThingsboardOptions.@Nullable Provision provision(
      Section section, String gateway, URI url, Reach reach) {
    JsonNode json = section.get(PROVISION);
    if (json.isMissingNode()) {
      return null;
    }
    var provision = new Section(json, section.schema().path("properties").path(PROVISION));
    var server = new Server(url);
    return new ThingsboardOptions.Provision(
        url.getHost() == null ? "" : server.host(), // which is told elsewhere
        server.port(),
        server.encrypted(),
        reach.proxy(),
        provision.text("key"),
        provision.text("secret"),
        provision.text("deviceName").replace("{gateway}", gateway));
  }
}
