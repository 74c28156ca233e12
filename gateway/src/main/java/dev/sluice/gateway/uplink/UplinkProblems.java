package dev.sluice.gateway.uplink;

import dev.sluice.driver.SettingsProblem;
import dev.sluice.gateway.uplink.credential.TlsOptions;
import dev.sluice.gateway.uplink.mqtt.ProxyServer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong with the options of an uplink. */
final class UplinkProblems {

  private static final int MAX_NAME_BYTES = 128;
  private static final int MAX_TEXT_BYTES = 65_535;
  private static final int MAX_PROXY_BYTES = 255;
  private static final int MAX_PORT = 65_535;

  private final List<SettingsProblem> found = new ArrayList<>();

  void throwIfAny() {
    if (!found.isEmpty()) {
      throw new UplinkOptionsException(found);
    }
  }

  void names(String id, String gateway) {
    name("id", id);
    name("gateway", gateway);
  }

  void login(
      String clientId,
      @Nullable String username,
      @Nullable String password,
      @Nullable Path passwordFile) {
    if (clientId.isEmpty() || bytes(clientId) > MAX_TEXT_BYTES) {
      add(
          "clientId",
          bytes(clientId) + " bytes",
          "1 to " + MAX_TEXT_BYTES + " bytes",
          "the broker must know this gateway again");
    }
    if (password != null && username == null) {
      add("password", "a password without a user name", "both", "MQTT 3.1.1 has no other form");
    }
    if (passwordFile != null && username == null) {
      add("passwordFile", "a password without a user name", "both", "MQTT 3.1.1 has no other form");
    }
    if (passwordFile != null && password != null) {
      add("passwordFile", "a file beside password", "one of them", "only a file can change");
    }
    text("username", username);
    text("password", password);
  }

  void addAll(List<SettingsProblem> problems) {
    found.addAll(problems);
  }

  void servers(List<Server> servers, @Nullable TlsOptions tls) {
    for (int i = 0; i < servers.size(); i++) {
      server(i == 0 ? "url" : "alternates/" + (i - 1), servers.get(i));
    }
    if (tls == null) {
      return;
    }
    if (servers.stream().noneMatch(Server::encrypted)) {
      String found = "TLS settings for " + origin(servers.get(0));
      add("tls", found, "a URL with ssl://, mqtts:// or wss://", "");
    }
    for (SettingsProblem p : tls.contradictions()) {
      add("tls/" + p.path(), p.found(), p.expected(), p.hint());
    }
    within("tls/checkEvery", tls.checkEvery(), Duration.ofSeconds(1), Duration.ofHours(1));
  }

  private void server(String path, Server server) {
    URI url = server.url();
    if (!server.isKnown()) {
      add(
          path,
          String.valueOf(url.getScheme()),
          "ssl, mqtts, tcp, mqtt, ws or wss",
          "for example ssl://broker.example:8883");
    }
    if (url.getHost() == null) {
      add(path, "no host name", "scheme://host:port", "no underscores in host names");
    }
    if (url.getPort() == 0 || url.getPort() > MAX_PORT) {
      add(path, "port " + url.getPort(), "port 1 to 65535", "");
    }
    if (url.getRawUserInfo() != null) {
      add(path, "a user in the URL", "username and password as keys of their own", "");
    }
    boolean more = url.getRawPath() != null && !Set.of("", "/").contains(url.getRawPath());
    if (!server.webSocket() && (more || url.getRawQuery() != null)) {
      add(
          path,
          "something after host and port",
          origin(server),
          "the topic is a key of its own; a path goes with ws:// and wss:// only");
    }
    if (url.getRawFragment() != null) {
      add(path, "a # in the URL", origin(server), "a WebSocket is opened by path and query");
    }
  }

  /** Without what could be a secret: user information, query. */
  private static String origin(Server server) {
    return server.url().getScheme() + "://" + server.url().getHost();
  }

  void reach(Reach reach) {
    if (reach.alternates().size() > Reach.MOST) {
      add("alternates", reach.alternates().size() + " servers", "at most " + Reach.MOST, "");
    }
    ProxyServer proxy = reach.proxy();
    if (proxy == null) {
      return;
    }
    if (proxy.host().isEmpty() || proxy.host().contains("/")) {
      add("proxy/host", "'" + proxy.host() + "'", "a name or an address", "the port is a key");
    }
    within("proxy/port", proxy.port(), 1, MAX_PORT);
    if (proxy.password() != null && proxy.username() == null) {
      add("proxy/password", "a password without a user name", "both", "");
    }
    limited("proxy/username", proxy.username());
    limited("proxy/password", proxy.password());
  }

  /** RFC 1929, 2. */
  private void limited(String path, @Nullable String value) {
    if (value != null && bytes(value) > MAX_PROXY_BYTES) {
      add(path, bytes(value) + " bytes", "at most " + MAX_PROXY_BYTES + " bytes", "");
    }
  }

  void within(String path, long value, long least, long most) {
    if (value < least || value > most) {
      add(path, Long.toString(value), least + " to " + most, "");
    }
  }

  void within(String path, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      add(path, value.toString(), least + " to " + most, "");
    }
  }

  private void name(String path, String value) {
    boolean wild = value.indexOf('+') >= 0 || value.indexOf('#') >= 0 || value.indexOf('\0') >= 0;
    if (value.isEmpty() || wild || bytes(value) > MAX_NAME_BYTES) {
      add(
          path,
          "'" + value + "'",
          "1 to " + MAX_NAME_BYTES + " bytes without +, # and NUL",
          "it becomes part of topics");
    }
  }

  private void text(String path, @Nullable String value) {
    if (value != null && bytes(value) > MAX_TEXT_BYTES) {
      add(path, bytes(value) + " bytes", "at most " + MAX_TEXT_BYTES + " bytes", "");
    }
  }

  private void add(String path, String value, String expected, String hint) {
    found.add(new SettingsProblem(path, value, expected, hint));
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
