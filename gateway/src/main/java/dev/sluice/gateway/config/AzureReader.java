package dev.sluice.gateway.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.gateway.uplink.Reach;
import dev.sluice.gateway.uplink.connector.AzureOptions;
import dev.sluice.gateway.uplink.connector.AzureOptions.Provisioning;
import dev.sluice.gateway.uplink.connector.AzureOptions.Receives;
import dev.sluice.gateway.uplink.connector.Compression;
import dev.sluice.gateway.uplink.connector.ConnectorOptions;
import dev.sluice.gateway.uplink.connector.Form;
import java.net.URI;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what makes an uplink a device of Azure IoT Hub, and refuses what does not go with that. */
final class AzureReader {

  static final String WORD = "azure-iot";

  private static final String OWN = "the hub fixes it: leave the key out";
  private static final String LOGIN = "a device logs in with azure-iot/key or tls/certificate";

  /** With the reason for which each does not go. */
  private static final Map<String, String> FOREIGN =
      Map.of(
          "topic", OWN,
          "statusTopic", OWN,
          "deviceStatusTopic", OWN,
          "retain", "a hub keeps nothing: leave the key out",
          "clientId", "it is azure-iot/device",
          "username", LOGIN,
          "password", LOGIN,
          "passwordFile", LOGIN,
          "alternates", "a device has one hub; azure-iot/provisioning finds another one");

  private final SchemaCheck schema;
  private final Problems problems;

  AzureReader(SchemaCheck schema, Problems problems) {
    this.schema = schema;
    this.problems = problems;
  }

  /** The section, which may be left out. */
  static Section section(SchemaCheck schema, Section keys) {
    JsonNode definition = schema.definition("uplink").path("properties").path(WORD);
    return new Section(keys.value().path(WORD), definition);
  }

  /** Null when the problems tell why. */
  @Nullable ConnectorOptions options(
      Section keys, String gateway, URI url, Reach reach, Pointer at) {
    FOREIGN.forEach(
        (key, hint) -> {
          if (keys.value().has(key)) {
            problems.add(at.then(key), "the key " + key, "another connector beside it", hint);
          }
        });
    limits(keys, at);
    Section own = section(schema, keys);
    secret(keys, own, at);
    if (!problems.clean(at)) {
      return null;
    }
    String hub = own.optionalText("hub");
    return new AzureOptions(
        url,
        reach.proxy(),
        own.text("device").replace("{gateway}", gateway),
        hub == null ? "" : hub,
        own.duration("tokenLife"),
        new Receives(own.flag("twin"), own.flag("methods"), own.flag("messages")),
        Form.of(keys.text("form")),
        Compression.valueOf(keys.text("compression").toUpperCase(Locale.ROOT)),
        provisioning(own));
  }

  private void limits(Section keys, Pointer at) {
    if (keys.bytes("maxMessageBytes") > AzureOptions.MOST_BYTES) {
      problems.add(
          at.then("maxMessageBytes"),
          Texts.quoted(keys.text("maxMessageBytes")),
          "at most 256KiB",
          "a hub closes the connection over a larger message");
    }
    if (keys.duration("keepAlive").compareTo(AzureOptions.LONGEST_KEEP_ALIVE) > 0) {
      problems.add(
          at.then("keepAlive"),
          Texts.quoted(keys.text("keepAlive")),
          "at most " + AzureOptions.LONGEST_KEEP_ALIVE.toSeconds() + "s",
          "a hub waits no longer");
    }
    if (keys.text("loopbackCheck").equals("first")) {
      problems.add(at.then("loopbackCheck"), "'first'", "off", "a device cannot read what it sent");
    }
  }

  private void secret(Section keys, Section own, Pointer at) {
    JsonNode tls = keys.get("tls");
    boolean certificate = tls.has("certificate") || tls.has("keyStore");
    String key = own.optionalText("key");
    List<Boolean> given = List.of(key != null, own.value().has("keyFile"), certificate);
    long count = given.stream().filter(each -> each).count();
    if (count != 1) {
      problems.add(
          at.then(WORD).then("key"),
          count == 0 ? "nothing to log in with" : "more than one thing to log in with",
          "one of azure-iot/key, azure-iot/keyFile, and a certificate in tls",
          "a device is registered with a key or with a certificate");
    }
    if (key != null && !isBase64(key)) {
      problems.add(
          at.then(WORD).then("key"),
          "a text of " + key.length() + " characters that is no Base64",
          "a key as the portal shows it",
          "the key alone, not the connection string");
    }
  }

  private static boolean isBase64(String text) {
    try {
      return Base64.getDecoder().decode(text.strip()).length > 0;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private @Nullable Provisioning provisioning(Section own) {
    JsonNode json = own.get("provisioning");
    if (json.isMissingNode()) {
      return null;
    }
    var section = new Section(json, own.schema().path("properties").path("provisioning"));
    return new Provisioning(section.text("idScope"), section.flag("groupKey"));
  }
}
