package dev.sluice.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.gateway.PrivateFile;
import dev.sluice.gateway.uplink.UplinkOptions;
import dev.sluice.gateway.uplink.connector.ClearbladeOptions;
import dev.sluice.gateway.uplink.connector.ClearbladeOptions.Detach;
import dev.sluice.gateway.uplink.connector.ClearbladeOptions.Unattached;
import dev.sluice.gateway.uplink.connector.Compression;
import dev.sluice.gateway.uplink.connector.Form;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page of the connector is true, and what does not go with it is refused with the reason. */
class ClearbladePageTest {

  @TempDir Path directory;

  private String yaml;

  @BeforeEach
  void read() throws Exception {
    String page = Files.readString(Path.of("connectors/clearblade.md"));
    int start = page.indexOf("```yaml\n") + 8;
    yaml = page.substring(start, page.indexOf("```", start));
  }

  private UplinkOptions load(String text) throws Exception {
    return Loading.load(directory, text).config().uplinks().get(0);
  }

  @Test
  void itsMinimalConfigurationLoadsWithTheLimitsOfThePlatform() throws Exception {
    UplinkOptions minimal = load(yaml);
    assertThat(minimal.connector())
        .isEqualTo(
            new ClearbladeOptions(
                "my-project",
                "us-central1",
                "hall",
                "plant-7",
                "my-project",
                Path.of("/etc/sluice/device.pem"),
                Duration.ofHours(1),
                false,
                "{device}",
                Unattached.GATEWAY,
                Detach.REMOVED,
                "",
                Form.JSON,
                Compression.NONE,
                Duration.ofSeconds(10),
                Duration.ofMinutes(1)));
    assertThat(minimal.link().clientId())
        .isEqualTo("projects/my-project/locations/us-central1/registries/hall/devices/plant-7");
    assertThat(minimal.flow().total().messages()).isEqualTo(80);
    assertThat(minimal.flow().total().bytes()).isEqualTo(512_000);
    UplinkOptions own =
        load(yaml.replace("    clearblade:", "    maxMessageRate: 0\n    clearblade:"));
    assertThat(own.flow().total().messages()).as("what the owner says counts").isZero();
  }

  @Test
  void everyKeyOfItIsRead() throws Exception {
    PrivateFile.write(directory.resolve("own.pem"), "");
    String all =
        yaml.replace("key: /etc/sluice/device.pem", "key: own.pem")
            + "      device: \"{gateway}-a\"\n      audience: someone\n      tokenLifetime: 24h\n"
            + "      attach: true\n      deviceId: \"{gateway}.{device}\"\n      unattached: keep\n"
            + "      detach: down\n      subfolder: a/b\n      stateEvery: 1s\n      retry: 2s\n"
            + "    form: senml-cbor\n    compression: zstd\n";
    assertThat(load(all).connector())
        .isEqualTo(
            new ClearbladeOptions(
                "my-project",
                "us-central1",
                "hall",
                "plant-7-a",
                "someone",
                directory.resolve("own.pem"),
                Duration.ofHours(24),
                true,
                "{gateway}.{device}",
                Unattached.KEEP,
                Detach.DOWN,
                "a/b",
                Form.SENML_CBOR,
                Compression.ZSTD,
                Duration.ofSeconds(1),
                Duration.ofSeconds(2)));
  }

  private String refused(String text) {
    return catchThrowableOfType(ConfigException.class, () -> load(text)).getMessage();
  }

  @Test
  void whatDoesNotGoWithItIsNamed() throws Exception {
    for (String key :
        new String[] {
          "topic: a",
          "statusTopic: a",
          "deviceStatusTopic: \"{device}\"",
          "retain: true",
          "clientId: me",
          "username: me",
          "password: x",
          "passwordFile: p",
          "loopbackCheck: first",
          "keepAlive: 21m",
          "maxMessageBytes: 512KiB",
          "form: value",
        }) {
      String name = key.substring(0, key.indexOf(':'));
      assertThat(refused(yaml.replace("    clearblade:", "    " + key + "\n    clearblade:")))
          .as(key)
          .contains("uplinks/cloud/" + name);
    }
    assertThat(refused(yaml.replace("ssl:", "tcp:")))
        .contains("who reads a token may use it until it expires");
    assertThat(refused(yaml.replace("clearblade\n    url", "mqtt\n    url")))
        .contains("the key clearblade");
    assertThat(refused(yaml.substring(0, yaml.indexOf("    clearblade:"))))
        .contains("the section is required with connector: clearblade");
    for (String bad :
        new String[] {
          "device: ab",
          "device: 1abc",
          "deviceId: same",
          "subfolder: a//b",
          "subfolder: \"a/+\"",
          "tokenLifetime: 25h",
          "tokenLifetime: 9s",
          "stateEvery: 999ms"
        }) {
      assertThat(refused(yaml + "      " + bad + "\n"))
          .as(bad)
          .contains("clearblade/" + bad.substring(0, bad.indexOf(':')));
    }
    Path open = PrivateFile.write(directory.resolve("open.pem"), "");
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(refused(yaml.replace("/etc/sluice/device.pem", "open.pem")))
        .contains("clearblade/key")
        .contains("mode 0644");
  }
}
