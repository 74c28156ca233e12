package dev.sluice.gateway.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.driver.SettingsProblem;
import dev.sluice.gateway.outbox.CursorStart;
import dev.sluice.gateway.uplink.FlowOptions;
import dev.sluice.gateway.uplink.InboundOptions;
import dev.sluice.gateway.uplink.LinkOptions;
import dev.sluice.gateway.uplink.Order;
import dev.sluice.gateway.uplink.RateLimit;
import dev.sluice.gateway.uplink.Reach;
import dev.sluice.gateway.uplink.UplinkOptions;
import dev.sluice.gateway.uplink.UplinkOptionsException;
import dev.sluice.gateway.uplink.connector.AwsIotOptions;
import dev.sluice.gateway.uplink.connector.AzureOptions;
import dev.sluice.gateway.uplink.connector.ClearbladeOptions;
import dev.sluice.gateway.uplink.connector.ConnectorOptions;
import dev.sluice.gateway.uplink.connector.WatsonOptions;
import dev.sluice.gateway.uplink.credential.PasswordFile;
import dev.sluice.gateway.uplink.credential.TlsOptions;
import dev.sluice.gateway.uplink.mqtt.ProxyServer;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads uplinks; those with anything wrong are left out, as the problems tell why. */
final class UplinkReader {

  private static final Pattern VARIABLE = Pattern.compile("\\{([^{}]*)\\}?");

  private final SchemaCheck schema;
  private final Problems problems;
  private final Path base;

  UplinkReader(SchemaCheck schema, Problems problems, Path base) {
    this.schema = schema;
    this.problems = problems;
    this.base = base;
  }

  List<UplinkOptions> uplinks(JsonNode root) {
    boolean named = problems.clean(Pointer.of("gateway", "id"));
    String gateway = named ? root.path("gateway").path("id").asText("gateway") : "gateway";
    var uplinks = new ArrayList<UplinkOptions>();
    for (Map.Entry<String, JsonNode> entry : root.path("uplinks").properties()) {
      Pointer at = Pointer.of("uplinks", entry.getKey());
      if (problems.clean(at)) {
        var keys = new Section(entry.getValue(), schema.definition("uplink"));
        UplinkOptions uplink = uplink(entry.getKey(), gateway, keys, at);
        if (uplink != null && problems.clean(at)) {
          uplinks.add(uplink);
        }
      }
    }
    return uplinks;
  }

  private @Nullable UplinkOptions uplink(String id, String gateway, Section keys, Pointer at) {
    URI url = url(keys.text("url"), at.then("url"));
    Reach reach = reach(keys, at);
    if (url == null || !ordered(keys, at)) {
      return null;
    }
    ConnectorOptions connector =
        new ConnectorReader(schema, problems, base).connector(keys, gateway, url, reach, at);
    if (connector == null) {
      return null;
    }
    Account account = account(keys, connector, gateway, id, at);
    try {
      return new UplinkOptions(
          id,
          gateway,
          connector,
          new LinkOptions(
              url,
              account.clientId(),
              account.username(),
              account.password(),
              account.passwordFile(),
              tls(keys, at.then("tls")),
              keys.integer("windowMessages"),
              (int) keys.bytes("windowBytes"),
              messageBytes(keys, connector),
              keys.duration("keepAlive"),
              keys.duration("connectTimeout"),
              keys.duration("ackTimeout"),
              keys.duration("backoffFirst"),
              keys.duration("backoffMax"),
              keys.duration("stableAfter"),
              reach),
          keys.integer("refusals"),
          flow(keys, connector),
          keys.flag("commands"));
    } catch (UplinkOptionsException e) {
      tell(at, e.problems());
      return null;
    }
  }

  private Reach reach(Section keys, Pointer at) {
    var alternates = new ArrayList<URI>();
    JsonNode urls = keys.get("alternates");
    for (int i = 0; i < urls.size(); i++) {
      URI url = url(urls.get(i).asText(), at.then("alternates").then(Integer.toString(i)));
      if (url != null) {
        alternates.add(url);
      }
    }
    return new Reach(alternates, proxy(keys), keys.text("loopbackCheck").equals("first"));
  }

  private @Nullable ProxyServer proxy(Section keys) {
    JsonNode json = keys.get("proxy");
    if (json.isMissingNode()) {
      return null;
    }
    var proxy = new Section(json, schema.definition("uplink").path("properties").path("proxy"));
    return new ProxyServer(
        ProxyServer.Kind.valueOf(proxy.text("type").toUpperCase(Locale.ROOT)),
        proxy.text("host"),
        proxy.integer("port"),
        proxy.optionalText("username"),
        proxy.optionalText("password"));
  }

  private static int messageBytes(Section keys, ConnectorOptions connector) {
    int bytes = (int) keys.bytes("maxMessageBytes");
    boolean said = keys.value().has("maxMessageBytes");
    return said ? bytes : Math.min(bytes, connector.usualMessageBytes());
  }

  /** A platform with limits of its own has those where the owner says nothing. */
  private FlowOptions flow(Section keys, ConnectorOptions connector) {
    boolean messages = keys.value().has("maxMessageRate");
    boolean bytes = keys.value().has("maxByteRate");
    return new FlowOptions(
        CursorStart.valueOf(keys.text("start").toUpperCase(Locale.ROOT)),
        Order.valueOf(keys.text("order").toUpperCase(Locale.ROOT).replace('-', '_')),
        keys.integer("historyShare"),
        new RateLimit(
            messages ? keys.integer("maxMessageRate") : connector.usualMessageRate(),
            bytes ? keys.bytes("maxByteRate") : connector.usualByteRate()),
        new RateLimit(keys.integer("historyMessageRate"), keys.bytes("historyByteRate")),
        keys.integer("paceFloor"),
        inbound(keys.get("inbound")));
  }

  private InboundOptions inbound(JsonNode json) {
    var section = new Section(json, schema.definition("uplink").path("properties").path("inbound"));
    return new InboundOptions((int) section.bytes("maxBytes"), section.integer("rate"));
  }

  /** What the options would say themselves, in the units of the file. */
  private boolean ordered(Section keys, Pointer at) {
    if (keys.duration("backoffMax").compareTo(keys.duration("backoffFirst")) < 0) {
      String expected = "at least backoffFirst, " + keys.text("backoffFirst");
      problems.add(at.then("backoffMax"), Texts.quoted(keys.text("backoffMax")), expected, "");
    }
    if (keys.bytes("windowBytes") < keys.bytes("maxMessageBytes")) {
      String expected = "at least maxMessageBytes, " + keys.text("maxMessageBytes");
      problems.add(at.then("windowBytes"), Texts.quoted(keys.text("windowBytes")), expected, "");
    }
    return problems.clean(at);
  }

  private @Nullable URI url(String text, Pointer at) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      // The text may hold a password, so what was found is not repeated.
      problems.add(at, "no address", "scheme://host:port", e.getReason());
      return null;
    }
  }

  private Account account(
      Section keys, ConnectorOptions connector, String gateway, String id, Pointer at) {
    if (connector instanceof AzureOptions azure) {
      Section own = AzureReader.section(schema, keys);
      Path file = secretFile(own, "keyFile", at.then(AzureReader.WORD));
      return new Account(azure.device(), azure.device(), own.optionalText("key"), file);
    }
    String client =
        connector instanceof ClearbladeOptions clearblade
            ? clearblade.clientId()
            : clientId(keys.text("clientId"), gateway, id, at.then("clientId"));
    if (connector instanceof AwsIotOptions) {
      Pointer authorizer = at.then(AwsReader.WORD).then("authorizer");
      Path file = secretFile(AwsReader.tokenFile(schema, keys), "tokenFile", authorizer);
      if (file != null) {
        return new Account(client, client, null, file);
      }
    }
    return new Account(
        client,
        connector instanceof WatsonOptions ? WatsonOptions.USER : keys.optionalText("username"),
        keys.optionalText("password"),
        secretFile(keys, "passwordFile", at));
  }

  private String clientId(String template, String gateway, String uplink, Pointer at) {
    Matcher m = VARIABLE.matcher(template);
    while (m.find()) {
      if (!m.group().equals("{gateway}") && !m.group().equals("{uplink}")) {
        problems.add(at, Texts.quoted(m.group()), "{gateway} or {uplink}", "");
      }
    }
    return template.replace("{gateway}", gateway).replace("{uplink}", uplink);
  }

  private @Nullable TlsOptions tls(Section keys, Pointer at) {
    JsonNode json = keys.get("tls");
    if (json.isMissingNode()) {
      return null;
    }
    var section = new Section(json, schema.definition("uplink").path("properties").path("tls"));
    var tls =
        new TlsOptions(
            path(section, "ca", at),
            path(section, "certificate", at),
            path(section, "key", at),
            path(section, "keyStore", at),
            section.optionalText("keyStorePassword"),
            path(section, "trustStore", at),
            section.optionalText("trustStorePassword"),
            section.duration("checkEvery"));
    tell(at, tls.checkFiles());
    return tls;
  }

  private @Nullable Path secretFile(Section keys, String key, Pointer at) {
    Path file = path(keys, key, at);
    if (file != null) {
      tell(at, PasswordFile.check(key, file));
    }
    return file;
  }

  private @Nullable Path path(Section keys, String key, Pointer at) {
    String name = keys.optionalText(key);
    try {
      return name == null ? null : base.resolve(name).normalize();
    } catch (InvalidPathException e) {
      problems.add(at.then(key), Texts.found(problems.written(at.then(key))), "a path", "");
      return null;
    }
  }

  private void tell(Pointer at, List<SettingsProblem> told) {
    for (SettingsProblem p : told) {
      problems.add(at.thenPath(p.path()), p.found(), p.expected(), p.hint());
    }
  }
}
