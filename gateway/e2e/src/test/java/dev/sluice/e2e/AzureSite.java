package dev.sluice.e2e;

import dev.sluice.e2e.cloud.Door;
import dev.sluice.e2e.cloud.HostsFile;
import dev.sluice.e2e.cloud.azure.AzureDps;
import dev.sluice.e2e.cloud.azure.AzureIotHub;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A hub with its provisioning service, under their own names, and gateways that know them. */
final class AzureSite implements AutoCloseable {

  static final String HOST = "myhub.azure-devices.net";
  static final String SCOPE = "0ne00000001";

  /** Of ASCII {@code 0123456789abcdef0123456789abcdef}. */
  static final String KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

  final TestPki pki;
  final AzureIotHub hub;
  final AzureDps dps;
  private final Path directory;
  private final Map<String, String> names = new HashMap<>();

  AzureSite(Path directory) {
    this.directory = directory;
    this.pki = TestPki.authority(directory);
    this.hub = AzureIotHub.start(HOST, pki);
    this.dps = AzureDps.start(SCOPE, pki, hub, Duration.ofSeconds(1));
    names.put(HOST, hub.address());
    names.put(AzureDps.HOST, dps.address());
  }

  /** Another name that a gateway may know. */
  void name(String host, String address) {
    names.put(host, address);
  }

  HostsFile hosts() {
    return HostsFile.write(directory.resolve("hosts"), names);
  }

  /** An uplink that comes back quickly; {@code own} are the keys of its section. */
  String uplink(String id, String host, String own, String... extra) {
    return uplink(id, URI.create("ssl://" + host + ":8883"), own, extra);
  }

  /** The same over a WebSocket. */
  String webUplink(String id, String host, String own, String... extra) {
    return uplink(id, URI.create("wss://" + host + ":" + Door.WEB_PORT), own, extra);
  }

  private String uplink(String id, URI url, String own, String... extra) {
    String text =
        """
          %s:
            connector: azure-iot
            url: "%s"
            backoffFirst: 100ms
            backoffMax: 300ms
            connectTimeout: 30s
            azure-iot: { %s }
        """
            .formatted(id, url, own);
    String tls = "tls: { ca: \"" + pki.certificate("ca") + "\" }";
    boolean given = extra.length > 0 && extra[0].startsWith("tls:");
    var all = new StringBuilder(text);
    if (!given) {
      all.append("    ").append(tls).append('\n');
    }
    for (String line : extra) {
      all.append("    ").append(line).append('\n');
    }
    return all.toString();
  }

  /** The key {@code tls} with a certificate of the authority. */
  String tls(String certificate) {
    return "tls: { ca: \"%s\", certificate: \"%s\", key: \"%s\" }"
        .formatted(pki.certificate("ca"), pki.certificate(certificate), pki.key(certificate));
  }

  Distribution start(Site site) {
    Distribution gateway =
        Distribution.launch(
            site, site.write(), List.of("env", "SLUICE_JAVA=" + hosts().jvmOption()));
    gateway.awaitAlive();
    return gateway;
  }

  @Override
  public void close() {
    dps.close();
    hub.close();
  }
}
