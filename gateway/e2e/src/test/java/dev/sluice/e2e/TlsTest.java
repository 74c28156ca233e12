package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** mosquitto that wants a client certificate, and what is said when one side's papers are wrong. */
class TlsTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir Path directory;
  private TestPki pki;

  @BeforeEach
  void issue() {
    pki = TestPki.create(directory);
  }

  @Test
  void readingsArriveOverTlsWithAClientCertificate() {
    try (var server = LibmodbusServer.start(1);
        var mosquitto = Mosquitto.withClientCertificates(directory, pki).start();
        var gateway = Distribution.start(site(server, mosquitto, "localhost", tls("ca", true)))) {
      Eventually.holds(
          "records acknowledged",
          LIMIT,
          () -> gateway.metric(Names.ACKNOWLEDGED_RECORDS) >= 3,
          gateway.process()::output);
      assertThat(mosquitto.process().output()).contains("sluice");
      gateway.stopInOrder();
    }
  }

  @Test
  void aBrokerOfAnotherAuthorityIsNotTrustedAndTheLogSaysSo() {
    refused("localhost", tls("other-ca", true), "reason=\"?[^ ]*(untrusted|certificate)");
  }

  @Test
  void aMissingClientCertificateIsNamed() {
    refused("localhost", tls("ca", false), "reason=\"?[^ ]*(certificate|refused_certificate)");
  }

  @Test
  void aBrokerByAnotherNameThanItsCertificateIsNotTrusted() {
    // 127.0.0.2 is this machine as well, but the certificate does not say so.
    refused("127.0.0.2", tls("ca", true), "reason=\"?[^ ]*(untrusted|certificate|host)");
  }

  private void refused(String host, String tls, String log) {
    try (var server = LibmodbusServer.start(1);
        var mosquitto = Mosquitto.withClientCertificates(directory, pki).start();
        var gateway = Distribution.start(site(server, mosquitto, host, tls))) {
      gateway.awaitLog(log, 0, LIMIT);
      assertThat(gateway.metric(Names.ACKNOWLEDGED_RECORDS)).isZero();
      assertThat(gateway.status("/health/live")).isEqualTo(200);
      gateway.stopInOrder();
    }
  }

  private Site site(LibmodbusServer server, Mosquitto mosquitto, String host, String tls) {
    return new Site(directory)
        .linger("200ms")
        .line("plc", server.port())
        .countingDevice("plc", 1, 20, "250ms")
        .uplink("ssl://" + host + ":" + mosquitto.port(), "clientId: sluice-e2e", tls);
  }

  private String tls(String authority, boolean client) {
    String own =
        client
            ? ", certificate: \"%s\", key: \"%s\""
                .formatted(pki.certificate("client"), pki.key("client"))
            : "";
    return "tls: { ca: \"%s\"%s }".formatted(pki.certificate(authority), own);
  }
}
