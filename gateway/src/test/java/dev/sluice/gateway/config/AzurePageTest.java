package dev.sluice.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.batch.DeviceStateRecord;
import dev.sluice.gateway.outbox.GapRecord;
import dev.sluice.gateway.outbox.OutboxRecord;
import dev.sluice.gateway.outbox.RecordKind;
import dev.sluice.gateway.uplink.Connectors;
import dev.sluice.gateway.uplink.UplinkOptions;
import dev.sluice.gateway.uplink.connector.AzureOptions;
import dev.sluice.gateway.uplink.connector.BareSite;
import dev.sluice.gateway.uplink.connector.Conversation;
import dev.sluice.gateway.uplink.connector.DataRecords;
import dev.sluice.gateway.uplink.connector.Lane;
import dev.sluice.gateway.uplink.credential.CredentialFiles;
import dev.sluice.gateway.uplink.credential.CredentialOptions;
import dev.sluice.gateway.uplink.mqtt.Certificates;
import dev.sluice.gateway.uplink.mqtt.Monotonic;
import dev.sluice.gateway.uplink.mqtt.Publication;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The page of the connector is true, and what does not go with it is refused by name. */
class AzurePageTest {

  private static final Path PAGE = Path.of("connectors", "azure-iot.md");
  private static final String KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

  @TempDir Path directory;

  private static String block(String page, String marker) {
    Matcher found =
        Pattern.compile("<!-- " + marker + " -->\n```[a-z]+\n(.*?)```", Pattern.DOTALL)
            .matcher(page);
    assertThat(found.find()).as("a block after %s", marker).isTrue();
    return found.group(1);
  }

  private LoadedConfig load(String uplink) throws Exception {
    String page = Files.readString(PAGE);
    String all = block(page, "configuration: key");
    String yaml = uplink.startsWith("gateway:") ? uplink : all.split("uplinks:")[0] + uplink;
    Path key = directory.resolve("device.key");
    Files.writeString(key, KEY + "\n");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    return Loading.load(directory, yaml);
  }

  private UplinkOptions uplink(String name) throws Exception {
    LoadedConfig loaded = load(block(Files.readString(PAGE), "configuration: " + name));
    assertThat(loaded.config().uplinks()).hasSize(1);
    return loaded.config().uplinks().get(0);
  }

  @ParameterizedTest
  @CsvSource({
    "key, ssl://myhub.azure-devices.net:8883, false",
    "websocket, wss://myhub.azure-devices.net, false",
    "provisioning, ssl://global.azure-devices-provisioning.net:8883, true",
  })
  void itsConfigurationsLoad(String name, String url, boolean provisioned) throws Exception {
    UplinkOptions uplink = uplink(name);
    var azure = (AzureOptions) uplink.connector();
    assertThat(azure.url()).hasToString(url);
    assertThat(azure.device()).isEqualTo("plant-7");
    assertThat(azure.provisioning() != null).isEqualTo(provisioned);
    assertThat(uplink.link().passwordFile()).isEqualTo(directory.resolve("device.key"));
    assertThat(uplink.flow().total().messages()).as("of a hub").isEqualTo(100);
    assertThat(uplink.toString() + azure).doesNotContain(KEY);
  }

  @Test
  void aCertificateNeedsNoSection() throws Exception {
    new Certificates(directory).issue("gateway", "plant-7");
    UplinkOptions uplink = uplink("certificate");
    assertThat(((AzureOptions) uplink.connector()).device()).isEqualTo("plant-7");
    assertThat(uplink.link().password()).isNull();
    assertThat(uplink.link().passwordFile()).isNull();
  }

  @Test
  void whatItShowsIsWhatIsSent() throws Exception {
    UplinkOptions uplink = uplink("key");
    byte[] readings =
        new DataRecords()
            .decimal("voltage", "V", 1)
            .row("meter-1", 1_700_000_000_123L, 2_301L)
            .payload();
    var down = new DeviceStateRecord("meter-1", 1_700_000_000_999L, true, false, "timeout");
    var gap = new GapRecord(70_001, 70_420, 420, "bytes");
    var sent = new StringBuilder();
    Vertx vertx = Vertx.vertx();
    try (var connector =
        Connectors.of(
            uplink.connector(),
            uplink.gateway(),
            uplink.id(),
            uplink.link().maxMessageBytes(),
            BareSite.bare())) {
      var credentials =
          new CredentialFiles(
                  vertx, "cloud", new CredentialOptions(null, KEY, null), new Monotonic())
              .next()
              .result();
      Promise<Conversation> begun = Promise.promise();
      vertx.runOnContext(ignored -> connector.begin("01JD8", credentials).onComplete(begun));
      Conversation talk = begun.future().toCompletionStage().toCompletableFuture().get();
      for (OutboxRecord record :
          List.of(
              new OutboxRecord(81_423, RecordKind.DATA, 1, readings),
              new OutboxRecord(81_424, RecordKind.DEVICE_STATE, 0, down.encode()),
              new OutboxRecord(81_425, RecordKind.GAP, 0, gap.encode()))) {
        for (Publication message : talk.render(record, Lane.LIVE, 81_400).messages()) {
          sent.append(message.topic()).append(' ').append(message.payload()).append('\n');
        }
      }
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get();
    }
    assertThat(block(Files.readString(PAGE), "arrives")).isEqualTo(sent.toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "topic: a | /uplinks/cloud/topic",
        "clientId: a | /uplinks/cloud/clientId",
        "password: a | /uplinks/cloud/password",
        "retain: true | /uplinks/cloud/retain",
        "alternates: [\"ssl://b\"] | /uplinks/cloud/alternates",
        "loopbackCheck: first | /uplinks/cloud/loopbackCheck",
        "maxMessageBytes: 512KiB | /uplinks/cloud/maxMessageBytes",
        "keepAlive: 1h | /uplinks/cloud/keepAlive",
        "form: value | /uplinks/cloud/form",
        "sparkplug: { group: g } | /uplinks/cloud/sparkplug",
        "tls: { certificate: gateway.pem, key: gateway.key } | /uplinks/cloud/azure-iot/key",
      })
  void whatDoesNotGoWithItIsRefusedByName(String key, String path) throws Exception {
    refused("azure-iot: { key: \"" + KEY + "\" }\n    " + key, "ssl://h", path);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "device: a | /uplinks/cloud/azure-iot/key | ssl://h",
        "key: geheim! | /uplinks/cloud/azure-iot/key | ssl://h",
        "key: KEY, keyFile: device.key | /uplinks/cloud/azure-iot/key | ssl://h",
        "keyFile: missing.key | /uplinks/cloud/azure-iot/keyFile | ssl://h",
        "key: KEY, device: a/b | /uplinks/cloud/azure-iot/device | ssl://h",
        "key: KEY, tokenLife: 1s | /uplinks/cloud/azure-iot/tokenLife | ssl://h",
        "key: KEY, hub: a b | /uplinks/cloud/azure-iot/hub | ssl://h",
        "key: KEY, hub: h, provisioning: { idScope: a } | /uplinks/cloud/azure-iot/hub | ssl://h",
        "key: KEY, provisioning: {} | /uplinks/cloud/azure-iot/provisioning/idScope | ssl://h",
        "key: KEY | /uplinks/cloud/url | tcp://h",
      })
  void aSectionThatIsWrongIsRefusedByName(String section, String path, String url)
      throws Exception {
    refused("azure-iot: { " + section.replace("KEY", "\"" + KEY + "\"") + " }", url, path);
  }

  private void refused(String keys, String url, String path) throws Exception {
    try {
      load(
          "uplinks:\n  cloud:\n    connector: azure-iot\n    url: \""
              + url
              + "\"\n    "
              + keys
              + "\n");
    } catch (ConfigException e) {
      assertThat(e.problems()).extracting(ConfigProblem::path).contains(path.substring(1));
      assertThat(e.toString() + e.problems()).doesNotContain("geheim", KEY);
      return;
    }
    throw new AssertionError("loaded: " + keys);
  }
}
