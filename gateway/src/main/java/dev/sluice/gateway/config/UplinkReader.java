package dev.sluice.gateway.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.gateway.uplink.Compression;
import dev.sluice.gateway.uplink.TlsOptions;
import dev.sluice.gateway.uplink.UplinkOptions;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads uplinks; those with anything wrong are left out, as the problems tell why. */
final class UplinkReader {

  private static final Set<String> PLAIN = Set.of("tcp", "mqtt");
  private static final Set<String> SECURE = Set.of("ssl", "mqtts");
  private static final Set<String> IN_TOPIC =
      new TreeSet<>(Set.of("gateway", "uplink", "lane", "stream", "encoding"));
  private static final Set<String> IN_NAMES = new TreeSet<>(Set.of("gateway", "uplink"));
  private static final Pattern VARIABLE = Pattern.compile("\\{([^{}]*)\\}?");

  private final SchemaCheck schema;
  private final Problems problems;
  private final Path base;

  UplinkReader(SchemaCheck schema, Problems problems, Path base) {
    this.schema = schema;
    this.problems = problems;
    this.base = base;
  }

  List<UplinkOptions> uplinks(JsonNode root, String gateway) {
    var uplinks = new ArrayList<UplinkOptions>();
    for (Map.Entry<String, JsonNode> entry : root.path("uplinks").properties()) {
      Pointer at = Pointer.of("uplinks", entry.getKey());
      if (problems.clean(at)) {
        var keys = new Section(entry.getValue(), schema.definition("uplink"));
        URI url = url(keys, at.then("url"));
        UplinkOptions uplink = url == null ? null : uplink(entry.getKey(), gateway, url, keys, at);
        if (uplink != null && problems.clean(at)) {
          uplinks.add(uplink);
        }
      }
    }
    return uplinks;
  }

  private UplinkOptions uplink(String id, String gateway, URI url, Section keys, Pointer at) {
    template(keys.text("topic"), IN_TOPIC, at.then("topic"), true);
    template(keys.text("statusTopic"), IN_NAMES, at.then("statusTopic"), true);
    template(keys.text("clientId"), IN_NAMES, at.then("clientId"), false);
    if (keys.duration("backoffMax").compareTo(keys.duration("backoffFirst")) < 0) {
      wrong(at.then("backoffMax"), "at least backoffFirst, " + keys.text("backoffFirst"), "");
    }
    if (keys.bytes("windowBytes") < keys.bytes("maxMessageBytes")) {
      wrong(
          at.then("windowBytes"), "at least maxMessageBytes, " + keys.text("maxMessageBytes"), "");
    }
    if (keys.optionalText("password") != null && keys.optionalText("username") == null) {
      wrong(at.then("password"), "a username beside it", "MQTT 3.1.1 has no password without one");
    }
    return new UplinkOptions(
        id,
        gateway,
        keys.text("connector"),
        url,
        named(keys.text("clientId"), gateway, id),
        keys.optionalText("username"),
        keys.optionalText("password"),
        tls(keys, url, at.then("tls")),
        keys.text("topic"),
        Compression.valueOf(keys.text("compression").toUpperCase(Locale.ROOT)),
        keys.integer("windowMessages"),
        (int) keys.bytes("windowBytes"),
        (int) keys.bytes("maxMessageBytes"),
        keys.duration("keepAlive"),
        keys.duration("connectTimeout"),
        keys.duration("ackTimeout"),
        keys.duration("backoffFirst"),
        keys.duration("backoffMax"),
        keys.duration("stableAfter"),
        keys.integer("refusals"),
        named(keys.text("statusTopic"), gateway, id));
  }

  private static String named(String template, String gateway, String uplink) {
    return template.replace("{gateway}", gateway).replace("{uplink}", uplink);
  }

  private @Nullable URI url(Section keys, Pointer at) {
    String hint = "";
    try {
      var url = new URI(keys.text("url"));
      String scheme = String.valueOf(url.getScheme());
      boolean known = PLAIN.contains(scheme) || SECURE.contains(scheme);
      if (url.getUserInfo() != null) {
        hint = "write the name and password as username and password";
      } else if (known && url.getHost() != null && url.getPort() <= 65535 && url.getPort() != 0) {
        return url;
      }
    } catch (URISyntaxException e) {
      hint = e.getReason();
    }
    wrong(at, "an address of the form ssl://HOST:PORT, mqtts://…, tcp://… or mqtt://…", hint);
    return null;
  }

  private @Nullable TlsOptions tls(Section keys, URI url, Pointer at) {
    JsonNode json = keys.get("tls");
    boolean secure = SECURE.contains(String.valueOf(url.getScheme()));
    if (json.isMissingNode()) {
      return secure ? new TlsOptions(null, null, null) : null;
    }
    if (!secure) {
      wrong(at, "ssl:// or mqtts:// in the url", url.getScheme() + ":// is not encrypted");
    }
    var tls = new Section(json, schema.definition("uplink").path("properties").path("tls"));
    return new TlsOptions(file(tls, "ca", at), file(tls, "certificate", at), file(tls, "key", at));
  }

  private @Nullable Path file(Section tls, String key, Pointer at) {
    String name = tls.optionalText(key);
    if (name == null) {
      return null;
    }
    try {
      Path file = base.resolve(name).normalize();
      if (Files.isRegularFile(file) && Files.isReadable(file)) {
        return file;
      }
    } catch (InvalidPathException e) {
      // As good as a file that is not there.
    }
    wrong(
        at.then(key),
        "a PEM file that is there and may be read",
        "relative paths are relative to the configuration file");
    return null;
  }

  private void template(String text, Set<String> known, Pointer at, boolean topic) {
    Matcher m = VARIABLE.matcher(text);
    while (m.find()) {
      if (!m.group().endsWith("}") || !known.contains(m.group(1))) {
        wrong(
            at,
            "of variables only {" + String.join("}, {", known) + "}",
            Texts.didYouMean(m.group(1), known));
        return;
      }
    }
    if (topic && (text.contains("#") || text.contains("+") || text.indexOf('\0') >= 0)) {
      wrong(at, "a topic without the wildcards + and #", "");
    }
  }

  private void wrong(Pointer at, String expected, String hint) {
    // Somebody may have put a password into the address.
    String found = Texts.found(problems.written(at)).replaceAll("//[^/@]*@", "//…@");
    problems.add(at, found, expected, hint);
  }
}
