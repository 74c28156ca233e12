package dev.sluice.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.PrivateFile;
import dev.sluice.gateway.uplink.LinkOptions;
import dev.sluice.gateway.uplink.UplinkOptions;
import dev.sluice.gateway.uplink.connector.MqttOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The preset for Azure Event Grid loads and keeps to the limits that its page names. */
class EventGridPageTest {

  private static final Path PAGES = Path.of("connectors");

  @TempDir Path directory;

  @Test
  void itsConfigurationKeepsToItsLimits() throws Exception {
    String page = Files.readString(PAGES.resolve("event-grid.md"));
    Matcher block =
        Pattern.compile("<!-- configuration: event-grid -->\n```yaml\n(.*?)```", Pattern.DOTALL)
            .matcher(page);
    assertThat(block.find()).isTrue();
    PrivateFile.write(directory.resolve("client.pem"), "-----BEGIN CERTIFICATE-----");
    PrivateFile.write(directory.resolve("client.key"), "-----BEGIN PRIVATE KEY-----");
    String yaml = block.group(1).replace("/etc/sluice", directory.toString());
    List<UplinkOptions> uplinks = Loading.load(directory, yaml).config().uplinks();
    assertThat(uplinks).hasSize(1);

    UplinkOptions uplink = uplinks.get(0);
    LinkOptions link = uplink.link();
    assertThat(link.url().toString()).startsWith("ssl://").endsWith(":8883");
    assertThat(link.clientId()).isEqualTo("plant-7");
    assertThat(link.keepAlive()).isLessThanOrEqualTo(Duration.ofSeconds(1160));
    assertThat(link.maxMessageBytes()).isLessThanOrEqualTo(512 << 10);
    assertThat(link.windowBytes()).isLessThanOrEqualTo(64_000);
    assertThat(link.windowMessages()).isLessThanOrEqualTo(1_000);
    assertThat(uplink.flow().total().messages()).isBetween(1, 1_000);
    assertThat(uplink.flow().total().bytes()).isBetween(1L, 1_000_000L);
    MqttOptions mqtt = (MqttOptions) uplink.connector();
    assertThat(mqtt.retain()).isFalse();
    assertThat(mqtt.statusTopic()).as("retained where that may close the connection").isEmpty();
    assertThat(mqtt.deviceStatusTopic()).isEmpty();
    String topic = mqtt.topic().replace("{gateway}", "plant-7") + "/zstd";
    assertThat(topic).startsWith("site/plant-7/");
    assertThat(topic.split("/")).hasSizeLessThanOrEqualTo(8);
  }

  @Test
  void everyPageIsFoundFromTheOverview() throws Exception {
    String overview = Files.readString(PAGES.resolve("README.md"));
    try (Stream<Path> pages = Files.list(PAGES)) {
      assertThat(pages.map(page -> page.getFileName().toString()))
          .allSatisfy(name -> assertThat(overview + "(README.md)").contains("(" + name));
    }
  }
}
