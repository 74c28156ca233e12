package dev.sluice.gateway.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.driver.SettingsProblem;
import dev.sluice.gateway.uplink.connector.ClearbladeOptions;
import dev.sluice.gateway.uplink.connector.ClearbladeOptions.Detach;
import dev.sluice.gateway.uplink.connector.ClearbladeOptions.Unattached;
import dev.sluice.gateway.uplink.connector.Compression;
import dev.sluice.gateway.uplink.connector.ConnectorOptions;
import dev.sluice.gateway.uplink.connector.Form;
import dev.sluice.gateway.uplink.credential.SecretFile;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what makes an uplink a device of a registry, and refuses what does not go with that. */
final class ClearbladeReader {

  static final String WORD = "clearblade";

  private static final String FIXED = "the platform fixes it: leave the key out";
  private static final String TOKEN = "a device shows a token, signed with clearblade/key";

  /** With the reason for which each does not go. */
  private static final Map<String, String> FOREIGN =
      Map.of(
          "topic", FIXED,
          "statusTopic", FIXED,
          "deviceStatusTopic", FIXED,
          "retain", "the platform keeps nothing: leave the key out",
          "clientId", "it is made of clearblade/project, region, registry and device",
          "username", TOKEN,
          "password", TOKEN,
          "passwordFile", TOKEN);

  private final SchemaCheck schema;
  private final Problems problems;
  private final Path base;

  ClearbladeReader(SchemaCheck schema, Problems problems, Path base) {
    this.schema = schema;
    this.problems = problems;
    this.base = base;
  }

  /** Null when the problems tell why. */
  @Nullable ConnectorOptions options(Section keys, String gateway, Pointer at) {
    FOREIGN.forEach(
        (key, hint) -> {
          if (keys.value().has(key)) {
            problems.add(at.then(key), "the key " + key, "another connector beside it", hint);
          }
        });
    limits(keys, at);
    JsonNode json = keys.get(WORD);
    JsonNode definition = schema.definition("uplink").path("properties").path(WORD);
    if (json.isMissingNode()) {
      problems.add(
          at.then(WORD),
          "nothing",
          "project, region, registry and key",
          "the section is required with connector: clearblade");
      return null;
    }
    var own = new Section(json, definition);
    Path key = key(own, at.then(WORD).then("key"));
    if (key == null || !problems.clean(at)) {
      return null;
    }
    String audience = own.optionalText("audience");
    return new ClearbladeOptions(
        own.text("project"),
        own.text("region"),
        own.text("registry"),
        own.text("device").replace("{gateway}", gateway),
        audience == null ? own.text("project") : audience,
        key,
        own.duration("tokenLifetime"),
        own.flag("attach"),
        own.text("deviceId"),
        Unattached.valueOf(own.text("unattached").toUpperCase(Locale.ROOT)),
        Detach.valueOf(own.text("detach").toUpperCase(Locale.ROOT)),
        own.text("subfolder"),
        Form.of(keys.text("form")),
        Compression.valueOf(keys.text("compression").toUpperCase(Locale.ROOT)),
        own.duration("stateEvery"),
        own.duration("retry"));
  }

  private void limits(Section keys, Pointer at) {
    String url = keys.text("url").toLowerCase(Locale.ROOT);
    if (!url.startsWith("ssl:") && !url.startsWith("mqtts:")) {
      // The text may hold a password, so what was found is not repeated.
      String hint = "who reads a token may use it until it expires";
      problems.add(at.then("url"), "an address without TLS, or of a WebSocket", "ssl://…", hint);
    }
    if (keys.bytes("maxMessageBytes") > ClearbladeOptions.EVENT_BYTES) {
      problems.add(
          at.then("maxMessageBytes"),
          Texts.quoted(keys.text("maxMessageBytes")),
          "at most 256KiB",
          "the platform closes the connection over a larger message");
    }
    if (keys.duration("keepAlive").compareTo(ClearbladeOptions.IDLE) > 0) {
      problems.add(
          at.then("keepAlive"),
          Texts.quoted(keys.text("keepAlive")),
          "at most 20m",
          "the platform closes a connection that is idle for longer");
    }
    if (!keys.text("loopbackCheck").equals("off")) {
      problems.add(
          at.then("loopbackCheck"),
          Texts.quoted(keys.text("loopbackCheck")),
          "off",
          "a device cannot hear what it says");
    }
  }

  private @Nullable Path key(Section own, Pointer at) {
    Path file;
    try {
      file = base.resolve(own.text("key")).normalize();
    } catch (InvalidPathException e) {
      problems.add(at, Texts.found(problems.written(at)), "a path", "");
      return null;
    }
    SettingsProblem exposed = SecretFile.exposed("key", file);
    if (exposed != null) {
      problems.add(at, exposed.found(), exposed.expected(), exposed.hint());
    }
    return file;
  }
}
