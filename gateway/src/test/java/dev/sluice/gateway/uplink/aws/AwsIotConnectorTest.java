package dev.sluice.gateway.uplink.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.driver.ValueType;
import dev.sluice.gateway.PrivateFile;
import dev.sluice.gateway.outbox.OutboxRecord;
import dev.sluice.gateway.outbox.RecordKind;
import dev.sluice.gateway.uplink.connector.AwsAuthorizer;
import dev.sluice.gateway.uplink.connector.AwsIotOptions;
import dev.sluice.gateway.uplink.connector.AwsProvisioning;
import dev.sluice.gateway.uplink.connector.AwsShadow;
import dev.sluice.gateway.uplink.connector.BareSite;
import dev.sluice.gateway.uplink.connector.Compression;
import dev.sluice.gateway.uplink.connector.Conversation;
import dev.sluice.gateway.uplink.connector.DataRecords;
import dev.sluice.gateway.uplink.connector.Form;
import dev.sluice.gateway.uplink.connector.Lane;
import dev.sluice.gateway.uplink.connector.Login;
import dev.sluice.gateway.uplink.connector.MqttOptions;
import dev.sluice.gateway.uplink.connector.RenderException;
import dev.sluice.gateway.uplink.credential.CredentialFiles;
import dev.sluice.gateway.uplink.credential.CredentialOptions;
import dev.sluice.gateway.uplink.mqtt.LinkException;
import dev.sluice.gateway.uplink.mqtt.LinkFailure;
import dev.sluice.gateway.uplink.mqtt.Monotonic;
import dev.sluice.gateway.uplink.mqtt.Publication;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who the gateway says that it is, what it subscribes to, and where readings go. */
class AwsIotConnectorTest {

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private static AwsIotOptions options(
      String url, String topic, String rule, AwsAuthorizer authorizer, AwsProvisioning claim) {
    return new AwsIotOptions(
        new MqttOptions(topic, Form.JSON, Compression.NONE, ""),
        URI.create(url),
        rule,
        "",
        "thing-7",
        authorizer,
        new AwsShadow("plant", Duration.ofSeconds(10)),
        true,
        claim);
  }

  private Conversation begin(AwsIotOptions options) throws Exception {
    return begin(options, new CredentialOptions(null, "word", null));
  }

  private Conversation begin(AwsIotOptions options, CredentialOptions secret) throws Exception {
    var connector = new AwsIotConnector(options, "plant-7", "cloud", 4_096, BareSite.bare());
    var files = new CredentialFiles(vertx, "cloud", secret, new Monotonic());
    var begun = new CompletableFuture<Conversation>();
    vertx.runOnContext(
        ignored -> {
          Future<Conversation> talk = files.next().compose(with -> connector.begin("S1", with));
          talk.onSuccess(begun::complete).onFailure(begun::completeExceptionally);
        });
    return begun.get(10, TimeUnit.SECONDS);
  }

  @Test
  void withACertificateTheThingIsTheClientAndNobodyLogsIn() throws Exception {
    Conversation talk = begin(options("ssl://x.example:443", "a", "", null, null));
    assertThat(talk.login().clientId()).isEqualTo("thing-7");
    assertThat(talk.login().username()).isNull();
    assertThat(talk.login().password()).isNull();
    assertThat(talk.login().alpn()).isEqualTo("x-amzn-mqtt-ca");
    assertThat(talk.will()).isNull();
    assertThat(talk.subscriptions())
        .containsExactly(
            "$aws/things/thing-7/shadow/name/plant/get/accepted",
            "$aws/things/thing-7/shadow/name/plant/get/rejected",
            "$aws/things/thing-7/shadow/name/plant/update/accepted",
            "$aws/things/thing-7/shadow/name/plant/update/rejected",
            "$aws/things/thing-7/shadow/name/plant/update/delta",
            "$aws/things/thing-7/shadow/name/plant/delete/accepted",
            "$aws/things/thing-7/jobs/notify-next",
            "$aws/things/thing-7/jobs/start-next/accepted",
            "$aws/things/thing-7/jobs/start-next/rejected",
            "$aws/things/thing-7/jobs/+/update/accepted",
            "$aws/things/thing-7/jobs/+/update/rejected");
  }

  @Test
  void anAuthorizerIsToldInTheUserName() throws Exception {
    var tokens = new AwsAuthorizer("tokens", "gw", "", "", "", false);
    Conversation talk = begin(options("ssl://x.example:443", "a", "", tokens, null));
    assertThat(talk.login().username()).isEqualTo("gw?x-amz-customauthorizer-name=tokens");
    assertThat(talk.login().password()).isEqualTo("word");
    assertThat(talk.login().alpn()).isEqualTo("mqtt");
  }

  /** A new one is there from one attempt to the next; half of one is no login at all. */
  @Test
  void aTokenInAFileIsReadAtEachAttempt(@TempDir Path directory) throws Exception {
    var tokens = new AwsAuthorizer("tokens", "gw", "t", "", "", true);
    AwsIotOptions options = options("ssl://x.example:443", "a", "", tokens, null);
    assertThat(options.problems()).isEmpty();
    Path file = PrivateFile.write(directory.resolve("token"), "a.b\nc+d=\n");
    var secret = new CredentialOptions(null, null, file);
    assertThat(begin(options, secret).login())
        .extracting(Login::username, Login::password)
        .containsExactly(
            "gw?x-amz-customauthorizer-name=tokens"
                + "&x-amz-customauthorizer-signature=c%2Bd%3D&t=a.b",
            null);
    PrivateFile.write(file, "e.f\nZm9v\n");
    assertThat(begin(options, secret).login().username()).endsWith("=Zm9v&t=e.f");
    for (String wrong : List.of("e.f\n", "e.f&g\nZm9v\n", "e.f\n\nZm9v\n", "\nZm9v\n")) {
      PrivateFile.write(file, wrong);
      assertThatThrownBy(() -> begin(options, secret))
          .cause()
          .isInstanceOfSatisfying(
              LinkException.class,
              why -> assertThat(why.failure()).isEqualTo(LinkFailure.PASSWORD_FILE))
          .hasMessageNotContaining("e.f");
    }
  }

  private static OutboxRecord record(String device) {
    byte[] payload =
        new DataRecords().column("p", ValueType.INT32).row(device, 1_000, 7L).payload();
    return new OutboxRecord(3, RecordKind.DATA, 1, payload);
  }

  @Test
  void readingsGoToTheRuleAndLookAsEverywhere() throws Exception {
    Conversation talk = begin(options("ssl://x.example", "up/{gateway}", "store", null, null));
    List<Publication> messages = talk.render(record("m"), Lane.LIVE, 3).messages();
    assertThat(messages).singleElement().matches(m -> !m.retained());
    assertThat(messages.get(0).topic()).isEqualTo("$aws/rules/store/up/plant-7");
    assertThat(messages.get(0).payload().toString())
        .isEqualTo(
            "{\"schema\":1,\"gateway\":\"plant-7\",\"stream\":\"S1\",\"seq\":3,\"low\":3"
                + ",\"devices\":{\"m\":[{\"t\":1000,\"v\":{\"p\":7}}]}}");
  }

  @Test
  void aTopicThatBecomesTooLongCostsItsRecordOnly() throws Exception {
    Conversation talk = begin(options("ssl://x.example", "up/{device}", "", null, null));
    assertThatThrownBy(() -> talk.render(record("d".repeat(254)), Lane.LIVE, 3))
        .isInstanceOf(RenderException.class)
        .hasMessage("record 3: topic of 257 bytes, at most 256 bytes and 7 slashes");
    assertThat(talk.render(record("d".repeat(253)), Lane.LIVE, 3).messages()).hasSize(1);
  }

  @Test
  void provisioningWithoutAPlaceForItsKeyIsRefused() {
    var claim = new AwsProvisioning("fleet", Map.of(), null);
    assertThatThrownBy(() -> begin(options("ssl://x.example", "a", "", null, claim)))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOfSatisfying(
            LinkException.class,
            why -> assertThat(why.failure()).isEqualTo(LinkFailure.NOT_PREPARED))
        .hasMessageContaining("directory");
  }
}
