package dev.sluice.gateway.uplink.watson;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.Quality;
import dev.sluice.driver.ValueType;
import dev.sluice.gateway.outbox.GapRecord;
import dev.sluice.gateway.outbox.OutboxRecord;
import dev.sluice.gateway.outbox.RecordKind;
import dev.sluice.gateway.uplink.connector.Conversation.Rendered;
import dev.sluice.gateway.uplink.connector.DataRecords;
import dev.sluice.gateway.uplink.connector.DataRecords.Cell;
import dev.sluice.gateway.uplink.connector.Lane;
import dev.sluice.gateway.uplink.connector.Login;
import dev.sluice.gateway.uplink.mqtt.LinkFailure;
import dev.sluice.gateway.uplink.mqtt.Publication;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What becomes of records, and of devices that the platform does not take. */
class WatsonEventsTest {

  private static final long T = 1_700_000_000_123L;
  private static final String METER = "iot-2/type/meter/id/meter/evt/readings/fmt/json";
  private static final String STATUS = "iot-2/" + FakePlatform.EDGE + "evt/status/fmt/json";

  private static byte[] counts(String... devices) {
    DataRecords record = new DataRecords().column("count", ValueType.UINT32);
    for (String device : devices) {
      record.row(device, T, 1L);
    }
    return record.payload();
  }

  @Test
  void theGatewaySaysWhoItIsAndThatItIsThere() {
    var platform = new FakePlatform();
    platform.device("meter", true);
    platform.device("press", false);
    platform.open();
    assertThat(platform.ready).isTrue();
    assertThat(platform.conversation.login())
        .isEqualTo(Login.of("g:sl1ce7:sluice:plant-7", "use-token-auth", "token"));
    assertThat(platform.conversation.subscriptions())
        .containsExactly(
            "iot-2/" + FakePlatform.EDGE + "notify",
            "iot-2/type/+/id/+/cmd/+/fmt/+",
            "iotdm-1/type/+/id/+/#");
    assertThat(platform.on(STATUS).get(0).getJsonObject("d").getMap())
        .containsEntry("status", "online")
        .containsEntry("devicesUp", 1)
        .containsEntry("devicesDown", 1)
        .containsEntry("refused", 0)
        .containsKey("names");
    assertThat(platform.conversation.farewell(0).get(0).payload().toString()).contains("offline");
  }

  @Test
  void aRowIsAnEventWithWhatProvesThatNothingIsMissing() {
    FakePlatform platform = new FakePlatform().open();
    byte[] record =
        new DataRecords()
            .column("voltage", ValueType.FLOAT32)
            .column("name", ValueType.STRING)
            .column("energy", ValueType.UINT64)
            .row("meter", T, 230.1f, "a \"b\"", Quality.TIMEOUT)
            .row("meter", T + 1, new Cell(5.5, Quality.OUT_OF_RANGE))
            .payload();
    Rendered rendered = platform.send(RecordKind.DATA, record, Lane.HISTORY);
    assertThat(rendered.timeMillis()).isEqualTo(T);
    assertThat(platform.on(METER))
        .containsExactly(
            new JsonObject()
                .put("d", new JsonObject().put("voltage", 230.1).put("name", "a \"b\""))
                .put("ts", "2023-11-14T22:13:20.123Z")
                .put("q", new JsonObject().put("energy", "timeout"))
                .put("stream", "stream-1")
                .put("seq", 1)
                .put("part", new JsonArray().add(1).add(2))
                .put("low", 1)
                .put("lane", "history"),
            new JsonObject()
                .put("d", new JsonObject().put("voltage", 5.5))
                .put("ts", "2023-11-14T22:13:20.124Z")
                .put("q", new JsonObject().put("voltage", Quality.OUT_OF_RANGE.word()))
                .put("stream", "stream-1")
                .put("seq", 1)
                .put("part", new JsonArray().add(2).add(2))
                .put("low", 1)
                .put("lane", "history"));
  }

  @Test
  void aRowIsSplitToTheLimitAndAValueThatFitsNoMessageIsALoss() {
    FakePlatform platform = new FakePlatform(4 << 10, Duration.ZERO).open();
    var record = new DataRecords().column("text", ValueType.STRING);
    Object[] values = new Object[301];
    values[0] = "x".repeat(4_000);
    for (int i = 1; i < values.length; i++) {
      record.column("a-rather-long-name-" + i, ValueType.UINT32);
      values[i] = (long) i;
    }
    record.row("meter", T, values);
    Rendered rendered = platform.send(RecordKind.DATA, record.payload(), Lane.LIVE);
    assertThat(rendered.losses()).isEqualTo(1);
    assertThat(rendered.untold()).as("it says bad_value").isFalse();
    assertThat(rendered.messages()).allMatch(message -> message.size() <= 4 << 10);
    var seen = new ArrayList<String>();
    platform.on(METER).forEach(event -> seen.addAll(event.getJsonObject("d").fieldNames()));
    assertThat(seen).hasSize(300).doesNotHaveDuplicates();
    assertThat(platform.on(METER).get(0).getJsonObject("q").getString("text"))
        .isEqualTo("bad_value");
  }

  @Test
  void namesThatThePlatformDoesNotAllowAreMappedApart() {
    FakePlatform platform = new FakePlatform().open();
    String one = "a-device-with-a-name-that-is-longer-than-it-may-be-1";
    String other = "a-device-with-a-name-that-is-longer-than-it-may-be-2";
    platform.send(RecordKind.DATA, counts(one, other, "press"), Lane.LIVE);
    List<String> topics =
        platform.wire.stream().map(Publication::topic).filter(t -> t.contains("readings")).toList();
    assertThat(topics).hasSize(3).doesNotHaveDuplicates();
    assertThat(topics)
        .allMatch(
            t ->
                t.matches(
                    "iot-2/type/[A-Za-z0-9._-]{1,36}/id/[A-Za-z0-9._-]{1,36}/evt/readings/fmt/json"));
    assertThat(topics.get(2)).contains("type/machine_of_plant-7-");
    Thing thing = platform.names.of(one);
    assertThat(platform.names.device(thing)).isEqualTo(one);
    assertThat(new ThingNames(platform.form).of(one)).as("after a restart").isEqualTo(thing);
  }

  @Test
  void aDeviceThatDiesAndAGapAreEventsOfTheirOwn() {
    FakePlatform platform = new FakePlatform().open();
    platform.state("meter", false);
    assertThat(platform.on("iot-2/type/meter/id/meter/evt/status/fmt/json").get(0).encode())
        .isEqualTo(
            "{\"d\":{\"up\":false,\"reason\":\"timeout\"},\"ts\":\"2023-11-14T22:13:20.999Z\","
                + "\"stream\":\"stream-1\",\"seq\":1,\"low\":1}");
    platform.send(RecordKind.GAP, new GapRecord(70, 90, 420, "bytes", "").encode(), Lane.HISTORY);
    assertThat(platform.on("iot-2/" + FakePlatform.EDGE + "evt/gap/fmt/json").get(0).encode())
        .isEqualTo(
            "{\"d\":{\"first\":70,\"last\":90,\"count\":420,\"reason\":\"bytes\"},"
                + "\"stream\":\"stream-1\",\"seq\":2,\"low\":1,\"lane\":\"history\"}");
  }

  @Test
  void aDeviceThatIsRefusedIsHeldBackAndWhatItSaysIsKept() throws Exception {
    FakePlatform platform = new FakePlatform().open();
    platform.send(RecordKind.DATA, counts("meter", "oven", "good"), Lane.LIVE);
    assertThat(platform.conversation.settleMillis()).isEqualTo(1_000);
    platform.refuse("meter", "meter");
    assertThat(platform.conversation.settleMillis()).as("nothing settles now").isNegative();
    assertThat(platform.ready).isFalse();
    assertThat(platform.holds).contains("meter").contains("403 not authorized");
    assertThat(platform.end).as("others may be refused, too").isNull();
    platform.refuse("meter", "oven");
    platform.passPauses();
    assertThat(platform.end.failure()).isEqualTo(LinkFailure.DEVICE_REFUSED);
    assertThat(platform.end).hasMessageContaining("meter, oven");

    platform.open();
    Rendered rendered = platform.send(RecordKind.DATA, counts("meter", "oven", "good"), Lane.LIVE);
    assertThat(rendered.losses()).as("kept as a dead letter").isEqualTo(2);
    assertThat(rendered.untold()).isTrue();
    assertThat(rendered.messages()).singleElement().matches(m -> m.topic().contains("/id/good/"));
    assertThat(rendered.messages().get(0).payload().toString())
        .as("a consumer sees that something is missing")
        .contains("\"part\":[3,3]");
    OutboxRecord aside = Objects.requireNonNull(rendered.aside());
    assertThat(aside.readings()).isEqualTo(2);
    assertThat(platform.state("meter", false).untold()).isTrue();
    assertThat(platform.on(STATUS).get(0).getJsonObject("d").getMap())
        .containsEntry("refused", 2)
        .containsKey("held");
    assertThat(platform.complaints.count("device_refused")).isEqualTo(2);

    platform.nanos += Duration.ofMinutes(1).toNanos();
    assertThat(platform.conversation.renderLetter("stream-1", aside, 1).messages())
        .as("only what was refused, as the other has arrived")
        .extracting(Publication::topic)
        .containsExactly(METER, METER.replace("id/meter", "id/oven"));
  }

  /** The only whole copy of the value that fits no message would go with the letter. */
  @Test
  void theWholeRecordIsKeptWhenSomethingElseOfItIsLostToo() {
    FakePlatform platform = new FakePlatform(4 << 10, Duration.ZERO).open();
    platform.refuse("meter", "meter");
    platform.send(RecordKind.DATA, counts("meter"), Lane.LIVE);
    platform.refuse("meter", "meter");
    platform.open();
    var record = new DataRecords().column("text", ValueType.STRING);
    record.row("meter", T, "a").row("good", T, "x".repeat(4_000));
    Rendered rendered = platform.send(RecordKind.DATA, record.payload(), Lane.LIVE);
    assertThat(rendered.losses()).isEqualTo(2);
    assertThat(rendered.aside()).isNull();
  }

  @Test
  void whoIsHeldBackIsTriedAgainAfterPausesThatDouble() {
    FakePlatform platform = new FakePlatform().open();
    for (long minutes : List.of(1, 2, 4, 8, 16, 32, 60, 60)) {
      platform.send(RecordKind.DATA, counts("meter"), Lane.LIVE);
      platform.refuse("meter", "meter");
      platform.open();
      platform.nanos += Duration.ofSeconds(minutes * 45).toNanos();
      assertThat(platform.held.holds("meter")).as(minutes + " minutes").isTrue();
      platform.nanos += Duration.ofSeconds(minutes * 15).toNanos();
      assertThat(platform.held.holds("meter")).as(minutes + " minutes").isFalse();
    }
    platform.nanos += Duration.ofHours(2).toNanos();
    platform.send(RecordKind.DATA, counts("meter"), Lane.LIVE);
    platform.refuse("meter", "meter");
    platform.nanos += Duration.ofMinutes(1).toNanos();
    assertThat(platform.held.holds("meter")).as("a long peace is a new beginning").isFalse();
  }

  @Test
  void aNoticeOfSomethingElseHoldsNobodyBack() {
    FakePlatform platform = new FakePlatform().open();
    platform.send(RecordKind.DATA, counts("meter"), Lane.LIVE);
    platform.refuse("other", "stranger");
    platform.receive(
        "iot-2/" + FakePlatform.EDGE + "notify",
        "{\"Request\":\"subscribe\",\"Type\":\"meter\",\"Id\":\"meter\",\"RC\":\"403\"}");
    platform.receive("iot-2/" + FakePlatform.EDGE + "notify", "{");
    assertThat(platform.complaints.counts())
        .isEqualTo(Map.of("request_refused", 2L, "malformed_notice", 1L));
    assertThat(platform.ready).isTrue();
    assertThat(platform.held.holds("meter")).isFalse();
  }
}
