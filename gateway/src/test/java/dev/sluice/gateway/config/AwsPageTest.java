package dev.sluice.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.driver.Quality;
import dev.sluice.driver.ValueType;
import dev.sluice.gateway.PrivateFile;
import dev.sluice.gateway.outbox.OutboxRecord;
import dev.sluice.gateway.outbox.RecordKind;
import dev.sluice.gateway.uplink.Connectors;
import dev.sluice.gateway.uplink.UplinkOptions;
import dev.sluice.gateway.uplink.connector.AwsAuthorizer;
import dev.sluice.gateway.uplink.connector.AwsIotOptions;
import dev.sluice.gateway.uplink.connector.AwsProvisioning;
import dev.sluice.gateway.uplink.connector.AwsShadow;
import dev.sluice.gateway.uplink.connector.BareSite;
import dev.sluice.gateway.uplink.connector.Conversation;
import dev.sluice.gateway.uplink.connector.DataRecords;
import dev.sluice.gateway.uplink.connector.Lane;
import dev.sluice.gateway.uplink.credential.CredentialFiles;
import dev.sluice.gateway.uplink.credential.CredentialOptions;
import dev.sluice.gateway.uplink.credential.Credentials;
import dev.sluice.gateway.uplink.mqtt.Monotonic;
import dev.sluice.gateway.uplink.mqtt.Publication;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page of the connector is true: its configurations load, what it shows is what is sent. */
class AwsPageTest {

  private static final Path PAGE = Path.of("connectors", "aws-iot.md");

  @TempDir Path directory;

  @BeforeEach
  void files() throws Exception {
    PrivateFile.write(directory.resolve("token"), "a.b");
    PrivateFile.write(directory.resolve("token.signed"), "a.b\nZm9v\n");
    for (String name : List.of("gateway", "claim")) {
      Files.writeString(directory.resolve(name + ".pem"), "-----BEGIN CERTIFICATE-----\n");
      PrivateFile.write(directory.resolve(name + ".key"), "-----BEGIN PRIVATE KEY-----\n");
    }
  }

  private static String block(String marker) throws Exception {
    Matcher found =
        Pattern.compile(
                "<!-- " + Pattern.quote(marker) + " -->\n```[a-z]+\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(PAGE));
    assertThat(found.find()).as("a block after %s", marker).isTrue();
    return found.group(1);
  }

  private UplinkOptions uplink(String yaml) throws Exception {
    return Loading.load(directory, yaml).config().uplinks().get(0);
  }

  private AwsIotOptions aws(String marker) throws Exception {
    return (AwsIotOptions) uplink(block("configuration: " + marker)).connector();
  }

  @Test
  void theMinimalConfigurationIsHeldToTheAccount() throws Exception {
    UplinkOptions uplink = uplink(block("configuration: minimal"));
    assertThat(uplink.flow().total().messages()).isEqualTo(100);
    assertThat(uplink.flow().total().bytes()).isEqualTo(512 << 10);
    assertThat(uplink.link().maxMessageBytes()).isEqualTo(128 << 10);
    var aws = (AwsIotOptions) uplink.connector();
    assertThat(aws.thing()).isEqualTo("plant-7");
    assertThat(aws.readings().statusTopic()).isEmpty();
    assertThat(aws.readings().retain()).isFalse();
    assertThat(aws.alpn()).isNull();
    assertThat(aws.shadow()).isNull();
    assertThat(aws.jobs()).isFalse();
    String raised =
        block("configuration: minimal") + "    maxMessageRate: 0\n    maxByteRate: 2MiB\n";
    assertThat(uplink(raised).flow().total().messages()).isZero();
    assertThat(uplink(raised).flow().total().bytes()).isEqualTo(2 << 20);
  }

  @Test
  void theOthersAreWhatTheySay() throws Exception {
    AwsIotOptions all = aws("all");
    assertThat(all.alpn()).isEqualTo("x-amzn-mqtt-ca");
    assertThat(all.topic()).isEqualTo("$aws/rules/store/site/{gateway}/readings");
    assertThat(all.shadow()).isEqualTo(new AwsShadow("plant", Duration.ofSeconds(30)));
    assertThat(all.jobs()).isTrue();
    AwsIotOptions token = aws("authorizer");
    assertThat(token.alpn()).isEqualTo("mqtt");
    assertThat(token.authorizer())
        .isEqualTo(
            new AwsAuthorizer("plant-tokens", "plant-7", "token", "a.b", "c2lnbmF0dXJl", false));
    UplinkOptions file = uplink(block("configuration: token file"));
    assertThat(((AwsIotOptions) file.connector()).authorizer())
        .isEqualTo(new AwsAuthorizer("plant-tokens", "", "token", "", "", true));
    assertThat(file.link().passwordFile()).isEqualTo(directory.resolve("token.signed"));
    assertThat(aws("provisioning").provisioning())
        .isEqualTo(new AwsProvisioning("plants", Map.of("SerialNumber", "plant-7"), null));
  }

  /** In the words of the file, with what is right. */
  @Test
  void whatThePlatformWouldEndTheConnectionOverIsTold() throws Exception {
    String minimal = block("configuration: minimal");
    String wrong =
        minimal.replace("site/{gateway}/readings", "1/2/3/4/5/6/7/8/9")
            + "    maxMessageBytes: 256KiB\n    windowMessages: 101\n    keepAlive: 21m\n"
            + "    alternates: [ \"ssl://b.example\" ]\n    loopbackCheck: first\n"
            + "    aws-iot: { rule: store }\n";
    assertThatThrownBy(() -> uplink(wrong))
        .isInstanceOfSatisfying(
            ConfigException.class,
            e ->
                assertThat(e.problems())
                    .extracting(ConfigProblem::path)
                    .containsExactlyInAnyOrder(
                        "uplinks/cloud/maxMessageBytes",
                        "uplinks/cloud/windowMessages",
                        "uplinks/cloud/keepAlive",
                        "uplinks/cloud/alternates",
                        "uplinks/cloud/loopbackCheck"));
    for (String bad :
        List.of(
            minimal.replace("site/{gateway}/readings", "1/2/3/4/5/6/7/8/9"),
            minimal.replace("ssl://", "wss://"),
            minimal.replace("connector: aws-iot", "connector: mqtt\n    aws-iot: {}"),
            minimal + "    aws-iot: { thing: \"a b\" }\n",
            minimal + "    sparkplug: { group: a }\n",
            block("configuration: token file") + "    username: a\n    password: b\n",
            block("configuration: token file").replace("tokenKey: token, ", ""),
            block("configuration: token file").replace("token.signed", "missing"))) {
      assertThatThrownBy(() -> uplink(bad)).as(bad).isInstanceOf(ConfigException.class);
    }
  }

  @Test
  void theExampleIsWhatIsSent() throws Exception {
    UplinkOptions uplink = uplink(block("configuration: minimal"));
    byte[] readings =
        new DataRecords()
            .decimal("voltage", "V", 1)
            .column("energy", "kWh", ValueType.FLOAT32)
            .column("temperature", "°C", ValueType.FLOAT32)
            .row("meter-1", 1700000000123L, 2301L, 18231.5, Quality.TIMEOUT)
            .payload();
    Vertx vertx = Vertx.vertx();
    try (var connector =
        Connectors.of(
            uplink.connector(),
            uplink.gateway(),
            uplink.id(),
            uplink.link().maxMessageBytes(),
            BareSite.bare())) {
      var files =
          new CredentialFiles(
              vertx, "cloud", new CredentialOptions(null, null, null), new Monotonic());
      Credentials with = files.next().result();
      var begun = new CompletableFuture<Conversation>();
      vertx.runOnContext(
          ignored ->
              connector
                  .begin("01JD8", with)
                  .onSuccess(begun::complete)
                  .onFailure(begun::completeExceptionally));
      Publication message =
          begun
              .get(10, TimeUnit.SECONDS)
              .render(new OutboxRecord(81423, RecordKind.DATA, 3, readings), Lane.LIVE, 81400)
              .messages()
              .get(0);
      assertThat(message.topic() + " " + message.payload() + "\n")
          .isEqualTo(block("arrives: json"));
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
  }
}
