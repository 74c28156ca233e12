package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** mosquitto that wants a client certificate, and the reason that is told when papers are wrong. */
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
        var mosquitto = Mosquitto.withClientCertificates(directory, pki, "server").start();
        var subscriber = RecordingSubscriber.start(mosquitto.port(), pki);
        var gateway = Distribution.start(site(server, mosquitto, tls("ca", true)))) {
      Eventually.holds(
          "readings arrive",
          LIMIT,
          () -> subscriber.ledger().hasCounter("unit-1", 8),
          gateway.process()::output);
      assertThat(gateway.metric(Names.CONNECTED)).isEqualTo(1);
      assertThat(mosquitto.process().output()).contains("sluice-e2e");
      gateway.stopInOrder();
    }
  }

  @Test
  void aBrokerOfAnotherAuthorityIsNotTrusted() {
    refused("server", tls("other-ca", true), "tls_untrusted");
  }

  @Test
  void aBrokerWithTheCertificateOfAnotherHostIsNotTrusted() {
    refused("elsewhere", tls("ca", true), "tls_host_name");
  }

  @Test
  void aMissingClientCertificateIsNamed() {
    refused("server", tls("ca", false), "tls_client_certificate");
  }

  private void refused(String certificate, String tls, String reason) {
    try (var server = LibmodbusServer.start(1);
        var mosquitto = Mosquitto.withClientCertificates(directory, pki, certificate).start();
        var gateway = Distribution.start(site(server, mosquitto, tls))) {
      gateway.awaitLog("uplink=cloud.*reason=" + reason, 0, LIMIT);
      assertThat(gateway.metric(Names.CONNECTED)).isZero();
      assertThat(gateway.status("/health/live")).isEqualTo(200);
      gateway.stopInOrder();
    }
  }

  private Site site(LibmodbusServer server, Mosquitto mosquitto, String tls) {
    return new Site(directory)
        .linger("200ms")
        .line("plc", server.port())
        .countingDevice("plc", 1, 20, "250ms")
        .uplink("ssl://localhost:" + mosquitto.port(), "clientId: sluice-e2e", tls);
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
