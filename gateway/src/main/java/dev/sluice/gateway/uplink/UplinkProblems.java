package dev.sluice.gateway.uplink;

import dev.sluice.driver.SettingsProblem;
import dev.sluice.gateway.uplink.credential.TlsOptions;
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

  static final Set<String> ENCRYPTED = Set.of("ssl", "mqtts");
  private static final Set<String> PLAIN = Set.of("tcp", "mqtt");

  private static final int MAX_NAME_BYTES = 128;
  private static final int MAX_TEXT_BYTES = 65_535;

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

  void url(URI url, @Nullable TlsOptions tls) {
    // Written without what could be a secret: user information.
    String shown = url.getScheme() + "://" + url.getHost();
    String scheme = String.valueOf(url.getScheme());
    boolean encrypted = ENCRYPTED.contains(scheme);
    if (!encrypted && !PLAIN.contains(scheme)) {
      add("url", scheme, "ssl, mqtts, tcp or mqtt", "for example ssl://broker.example:8883");
    }
    if (url.getHost() == null) {
      add("url", "no host name", "scheme://host:port", "no underscores in host names");
    }
    if (url.getPort() == 0 || url.getPort() > MAX_TEXT_BYTES) {
      add("url", "port " + url.getPort(), "port 1 to 65535", "");
    }
    if (url.getRawUserInfo() != null) {
      add("url", "a user in the URL", "username and password as keys of their own", "");
    }
    boolean path = url.getRawPath() != null && !Set.of("", "/").contains(url.getRawPath());
    if (path || url.getRawQuery() != null || url.getRawFragment() != null) {
      add("url", "something after host and port", shown, "the topic is a key of its own");
    }
    if (tls != null) {
      if (!encrypted) {
        add("tls", "TLS settings for " + shown, "a URL with ssl:// or mqtts://", "");
      }
      for (SettingsProblem p : tls.contradictions()) {
        add("tls/" + p.path(), p.found(), p.expected(), p.hint());
      }
      within("tls/checkEvery", tls.checkEvery(), Duration.ofSeconds(1), Duration.ofHours(1));
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
