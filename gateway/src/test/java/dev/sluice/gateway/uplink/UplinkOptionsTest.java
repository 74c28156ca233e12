package dev.sluice.gateway.uplink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.driver.SettingsProblem;
import dev.sluice.gateway.outbox.CursorStart;
import dev.sluice.gateway.uplink.connector.Compression;
import dev.sluice.gateway.uplink.connector.Form;
import dev.sluice.gateway.uplink.connector.MqttOptions;
import dev.sluice.gateway.uplink.credential.TlsOptions;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UplinkOptionsTest {

  private static UplinkOptions url(String url) {
    return UplinkOptions.of("cloud", "plant-7", URI.create(url), "site/{gateway}");
  }

  @Test
  void eachSchemeHasItsPort() {
    assertThat(url("ssl://b.example").link().servers().get(0).port()).isEqualTo(8883);
    assertThat(url("mqtts://b.example").link().servers().get(0).port()).isEqualTo(8883);
    assertThat(url("tcp://b.example").link().servers().get(0).port()).isEqualTo(1883);
    assertThat(url("mqtt://b.example").link().servers().get(0).port()).isEqualTo(1883);
    assertThat(url("mqtt://b.example:1234").link().servers().get(0).port()).isEqualTo(1234);
    assertThat(url("ssl://b.example").link().servers().get(0).encrypted()).isTrue();
    assertThat(url("tcp://b.example").link().servers().get(0).encrypted()).isFalse();
    assertThat(url("tcp://[::1]:1883").link().servers().get(0).host()).isEqualTo("::1");
  }

  @Test
  void addressesThatLeadNowhereAreRefused() {
    for (String bad :
        new String[] {
          "http://b.example",
          "b.example:1883",
          "tcp:///x",
          "tcp://b.example:0",
          "tcp://b.example:65536",
          "tcp://user:secret@b.example",
          "tcp://b.example/topic",
          "tcp://b.example?x=1"
        }) {
      assertThatThrownBy(() -> url(bad))
          .as(bad)
          .isInstanceOf(UplinkOptionsException.class)
          .hasMessageContaining("url")
          .hasMessageNotContaining("secret");
    }
  }

  @Test
  void allProblemsAreToldAtOnce() {
    var problems =
        catchThrowableOfType(
                UplinkOptionsException.class,
                () ->
                    new UplinkOptions(
                        "cloud",
                        "plant+7",
                        new MqttOptions("site/{nobody}", Form.JSON, Compression.NONE, "status/#"),
                        new LinkOptions(
                            URI.create("tcp://b.example"),
                            "",
                            null,
                            "secret",
                            null,
                            TlsOptions.pem(null, Path.of("cert.pem"), null),
                            0,
                            10,
                            100,
                            Duration.ZERO,
                            Duration.ZERO,
                            Duration.ZERO,
                            Duration.ofSeconds(2),
                            Duration.ofSeconds(1),
                            Duration.ofSeconds(-1)),
                        0,
                        new FlowOptions(
                            CursorStart.NOW,
                            Order.LIVE_FIRST,
                            91,
                            new RateLimit(-1, 0),
                            new RateLimit(0, -1))))
            .problems();
    assertThat(problems)
        .extracting(SettingsProblem::path)
        .containsExactlyInAnyOrder(
            "gateway",
            "clientId",
            "password",
            "tls",
            "tls/key",
            "topic",
            "statusTopic",
            "windowMessages",
            "windowBytes",
            "maxMessageBytes",
            "keepAlive",
            "connectTimeout",
            "ackTimeout",
            "backoffMax",
            "stableAfter",
            "refusals",
            "historyShare",
            "maxMessageRate",
            "historyByteRate");
    assertThat(problems.toString()).doesNotContain("secret");
  }

  @Test
  void filesThatAreNoCertificatesAreNamed(@TempDir Path directory) throws Exception {
    Path text = Files.writeString(directory.resolve("text"), "hello");
    Path good = Files.writeString(directory.resolve("good"), "-----BEGIN CERTIFICATE-----");
    List<SettingsProblem> problems =
        TlsOptions.pem(good, text, directory.resolve("missing")).checkFiles();
    assertThat(problems).extracting(SettingsProblem::path).containsExactly("certificate", "key");
    assertThat(problems.get(1).found()).contains("missing", "NoSuchFile");
  }
}
