package dev.sluice.gateway.cli;

import dev.sluice.gateway.uplink.Server;
import dev.sluice.gateway.uplink.UplinkOptions;
import dev.sluice.gateway.uplink.UplinkOptionsException;
import dev.sluice.gateway.uplink.credential.TlsMaterial;
import dev.sluice.gateway.uplink.credential.TlsOptions;
import dev.sluice.gateway.uplink.mqtt.MqttSettings;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How to reach a broker, as an uplink says it. */
final class BrokerOptions {

  private static final Duration KEEP_ALIVE = Duration.ofSeconds(20);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  @Option(
      names = "--broker",
      required = true,
      paramLabel = "URL",
      description = "ssl://host:8883, tcp://host:1883, wss://host/path, as the url of an uplink.")
  private String url = "";

  @Option(names = "--username", paramLabel = "NAME", description = "For the broker.")
  private @Nullable String username;

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description = "Its first line is the password, which is seen by nobody there.")
  private @Nullable Path passwordFile;

  @Option(names = "--ca", paramLabel = "FILE", description = "Who is trusted, PEM.")
  private @Nullable Path ca;

  @Option(names = "--certificate", paramLabel = "FILE", description = "Of this client, PEM.")
  private @Nullable Path certificate;

  @Option(names = "--key", paramLabel = "FILE", description = "Of that certificate, PEM.")
  private @Nullable Path key;

  String url() {
    return url;
  }

  MqttSettings settings(String clientId) throws CommandException {
    Server address = address();
    if (passwordFile != null && username == null) {
      throw CommandException.refused("found --password-file without --username, expected both");
    }
    var straight =
        new MqttSettings(
            address.host(),
            address.port(),
            tls(address.encrypted()),
            clientId,
            username,
            password(),
            KEEP_ALIVE,
            TIMEOUT,
            TIMEOUT,
            1,
            1);
    return straight.by(address.path(), null);
  }

  private Server address() throws CommandException {
    try {
      return UplinkOptions.of("verify", "verify", new URI(url), "verify").link().servers().get(0);
    } catch (URISyntaxException e) {
      throw CommandException.refused(
          "--broker: found no address (" + e.getReason() + "), expected scheme://host:port");
    } catch (UplinkOptionsException e) {
      var problem = e.problems().get(0);
      throw CommandException.refused(
          "--broker: found " + problem.found() + ", expected " + problem.expected());
    }
  }

  private @Nullable TlsMaterial tls(boolean encrypted) throws CommandException {
    boolean files = ca != null || certificate != null || key != null;
    if (!encrypted) {
      if (files) {
        throw CommandException.refused(
            "found TLS files for a URL without ssl://, mqtts:// or wss://");
      }
      return null;
    }
    if ((certificate == null) != (key == null)) {
      throw CommandException.refused("found one of --certificate and --key, expected both");
    }
    var problems = TlsOptions.pem(ca, certificate, key).checkFiles();
    if (!problems.isEmpty()) {
      var first = problems.get(0);
      throw CommandException.refused(
          "--" + first.path() + ": found " + first.found() + ", expected " + first.expected());
    }
    return TlsMaterial.pem(ca, certificate, key);
  }

  private @Nullable String password() throws CommandException {
    if (passwordFile == null) {
      return null;
    }
    try (var lines = Files.lines(passwordFile)) {
      return lines.findFirst().orElse("");
    } catch (IOException | java.io.UncheckedIOException e) {
      throw CommandException.refused("--password-file: cannot be read: " + e.getMessage());
    }
  }
}
