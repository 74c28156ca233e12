package dev.sluice.gateway.uplink.azure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.ValueType;
import dev.sluice.gateway.batch.DeviceStateRecord;
import dev.sluice.gateway.outbox.GapRecord;
import dev.sluice.gateway.outbox.OutboxRecord;
import dev.sluice.gateway.outbox.RecordKind;
import dev.sluice.gateway.uplink.connector.AzureOptions;
import dev.sluice.gateway.uplink.connector.BareSite;
import dev.sluice.gateway.uplink.connector.Compression;
import dev.sluice.gateway.uplink.connector.Conversation;
import dev.sluice.gateway.uplink.connector.DataRecords;
import dev.sluice.gateway.uplink.connector.Form;
import dev.sluice.gateway.uplink.connector.Lane;
import dev.sluice.gateway.uplink.connector.Login;
import dev.sluice.gateway.uplink.mqtt.Publication;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a device introduces itself, and what stands in the topics of its messages. */
class TelemetryTest {

  private static final String STREAM = "01JD8ABCDEFGHJKMNPQRSTVWXY";
  private static final String EVENTS = "devices/plant-7/messages/events/";
  private static final String LIVE =
      "%24.ct=application%2Fjson&%24.ce=utf-8&encoding=json&lane=live";

  private static Vertx vertx;

  @BeforeAll
  static void open() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private static Conversation conversation(AzureOptions options, int maxBytes, String key) {
    var connector = new AzureConnector(options, "plant-7", "cloud", maxBytes, BareSite.bare());
    return Known.begin(vertx, connector, STREAM, Known.key(vertx, key));
  }

  private static Conversation conversation(int maxBytes) {
    return conversation(Known.options(Form.JSON, Compression.NONE), maxBytes, SasTokenTest.KEY);
  }

  private static OutboxRecord data(int rows) {
    var records = new DataRecords().column("energy", ValueType.FLOAT32);
    for (int i = 0; i < rows; i++) {
      records.row("meter-1", 1_700_000_000_000L + i, 1.5f);
    }
    return new OutboxRecord(81_423, RecordKind.DATA, rows, records.payload());
  }

  @Test
  void everyKindOfRecordSaysInItsTopicWhatItIs() throws Exception {
    Conversation talk = conversation(4_096);
    var down = new DeviceStateRecord("meter-1", 1_700_000_000_999L, true, false, "timeout");
    var gap = new GapRecord(70_001, 70_420, 420, "bytes");
    assertThat(topics(talk, data(1), Lane.LIVE))
        .containsExactly(EVENTS + LIVE + "&kind=data&stream=" + STREAM + "&seq=81423");
    assertThat(
            topics(talk, new OutboxRecord(4, RecordKind.DEVICE_STATE, 0, down.encode()), Lane.LIVE))
        .containsExactly(EVENTS + LIVE + "&kind=state&stream=" + STREAM + "&seq=4");
    assertThat(topics(talk, new OutboxRecord(5, RecordKind.GAP, 0, gap.encode()), Lane.HISTORY))
        .containsExactly(
            EVENTS + LIVE.replace("live", "history") + "&kind=gap&stream=" + STREAM + "&seq=5");
  }

  private static List<String> topics(Conversation talk, OutboxRecord record, Lane lane)
      throws Exception {
    List<Publication> messages = talk.render(record, lane, 1).messages();
    assertThat(messages)
        .noneMatch(Publication::retained)
        .allMatch(message -> talk.place(message.topic()).equals(EVENTS), "leads to one place");
    return messages.stream().map(Publication::topic).toList();
  }

  @Test
  void aLetterOfAFormerStreamSaysSo() throws Exception {
    Publication letter = conversation(4_096).renderLetter("01JC/old", data(1), 7).messages().get(0);
    assertThat(letter.topic())
        .isEqualTo(
            EVENTS + LIVE.replace("live", "history") + "&kind=data&stream=01JC%2Fold&seq=81423");
  }

  /** Of the largest message that a hub takes and of small ones, with the longest names. */
  @ParameterizedTest
  @CsvSource({"4096", "131072", "262144"})
  void noMessageIsLargerThanTheLimitWithItsProperties(int limit) throws Exception {
    String device = "d".repeat(128);
    Conversation talk =
        conversation(Known.options(device, Form.JSON, Compression.NONE), limit, SasTokenTest.KEY);
    var record =
        new OutboxRecord(Long.MAX_VALUE - 1, RecordKind.DATA, 40_000, data(40_000).payload());
    List<Publication> messages = talk.render(record, Lane.HISTORY, Long.MAX_VALUE - 2).messages();
    assertThat(messages).hasSizeGreaterThan(1);
    var parts = new ArrayList<String>();
    int largest = 0;
    for (Publication message : messages) {
      int topic = message.topic().getBytes(StandardCharsets.UTF_8).length;
      largest = Math.max(largest, topic + message.payload().length());
      String bag = message.topic().substring(Telemetry.events(device).length());
      Map<String, String> properties = PropertyBag.decode(bag);
      parts.add(properties.get("part") + "/" + properties.get("parts"));
    }
    assertThat(largest).isBetween(limit - 1_000, limit);
    assertThat(parts).startsWith("1/" + messages.size()).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @CsvSource({
    "CBOR, NONE, application/cbor, binary, cbor",
    "JSON, ZSTD, application/json, zstd, zstd",
    "CBOR, GZIP, application/cbor, gzip, cbor-gzip",
    "SENML_JSON, NONE, application/senml+json, utf-8, senml-json",
  })
  void typeAndEncodingAreThoseOfTheBody(
      Form form, Compression compression, String type, String encoding, String word)
      throws Exception {
    Conversation talk = conversation(Known.options(form, compression), 65_536, SasTokenTest.KEY);
    String topic = talk.render(data(2), Lane.LIVE, 1).messages().get(0).topic();
    assertThat(PropertyBag.decode(topic.substring(EVENTS.length())))
        .containsEntry("$.ct", type)
        .containsEntry("$.ce", encoding)
        .containsEntry("encoding", word);
  }

  @Test
  void aDeviceWithAKeyShowsATokenAndRenewsItBeforeItEnds() {
    Login login = conversation(4_096).login();
    assertThat(login.clientId()).isEqualTo("plant-7");
    assertThat(login.username()).isEqualTo(Known.HUB + "/plant-7/?api-version=2021-04-12");
    assertThat(login.password())
        .startsWith("SharedAccessSignature sr=myhub.azure-devices.net%2Fdevices%2Fplant-7&sig=");
    assertThat(login.keepsSession()).isTrue();
    assertThat(login.renewAfter()).isBetween(Duration.ofMinutes(45), Duration.ofMinutes(51));
    long end = Long.parseLong(login.password().replaceFirst(".*&se=(\\d+)$", "$1"));
    long now = System.currentTimeMillis() / 1_000;
    assertThat(end - now).as("an hour, and what connecting takes").isBetween(3_600L, 3_630L);
    assertThat(login.server()).as("the configured one").isNull();
    assertThat(login.toString()).doesNotContain("sig");
  }

  @Test
  void aDeviceWithACertificateShowsNoPasswordAndIsNotRenewed() {
    Login login = conversation(Known.options(Form.JSON, Compression.NONE), 4_096, null).login();
    assertThat(login.password()).isNull();
    assertThat(login.renewAfter()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "wss://h, false, wss://h/$iothub/websocket?iothub-no-client-cert=true",
    "wss://h:444/, false, wss://h:444/$iothub/websocket?iothub-no-client-cert=true",
    "wss://h, true, wss://h/$iothub/websocket",
    "wss://h/own?a=b, false, wss://h/own?a=b",
    "ssl://h:8883, false, ssl://h:8883",
    "ssl://h, true, ssl://h",
  })
  void aWebSocketHasThePathOfAzure(String url, boolean certificate, String server) {
    assertThat(HubLogin.server(URI.create(url), "h", certificate)).hasToString(server);
  }
}
