package dev.sluice.gateway.uplink.thingsboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.Quality;
import dev.sluice.driver.ValueType;
import dev.sluice.gateway.batch.Column;
import dev.sluice.gateway.batch.CurrentValues;
import dev.sluice.gateway.outbox.GapRecord;
import dev.sluice.gateway.outbox.RecordKind;
import dev.sluice.gateway.uplink.connector.Conversation.Rendered;
import dev.sluice.gateway.uplink.connector.DataRecords;
import dev.sluice.gateway.uplink.connector.DataRecords.Cell;
import dev.sluice.gateway.uplink.connector.Form;
import dev.sluice.gateway.uplink.connector.Lane;
import dev.sluice.gateway.uplink.connector.Tokens;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What becomes of records, and which devices are connected meanwhile. */
class ThingsboardTelemetryTest {

  private static final long T = 1_700_000_000_123L;

  private static FakeServer plain() {
    return new FakeServer(new CurrentValues()).open();
  }

  private static FakeServer withQuality() {
    return new FakeServer(new CurrentValues(), true, FakeServer.MAX).open();
  }

  @Test
  void devicesAreIntroducedWithTheirProfilesBeforeAnyRecord() {
    var current = new CurrentValues();
    FakeServer.device(current, "meter", true, "voltage");
    FakeServer.device(current, "press", false, "force");
    FakeServer server = new FakeServer(current).open();
    assertThat(server.ready).isTrue();
    assertThat(server.on(Topics.CONNECT))
        .containsExactly(
            "{\"device\":\"meter\",\"type\":\"meter\"}",
            "{\"device\":\"press\",\"type\":\"machine\"}");
    assertThat(server.connected).containsOnly(Map.entry("meter", "meter"));
    assertThat(server.on(Topics.ATTRIBUTES))
        .contains("{\"press\":{\"_up\":false,\"_reason\":\"timeout\",\"_changed\":1700000000000}}");
    assertThat(new JsonObject(server.on(Topics.OWN_ATTRIBUTES).get(0)))
        .isEqualTo(
            new JsonObject()
                .put("gateway", "plant-7")
                .put("uplink", "cloud")
                .put("stream", "stream-1")
                .put("devicesUp", 1)
                .put("devicesDown", 1)
                .put("down", new JsonObject().put("press", "timeout")));
  }

  @Test
  void eachDeviceHasAMessageOfItsOwnAsEachIsAcknowledgedForItself() {
    FakeServer server = plain();
    byte[] record =
        new DataRecords()
            .column("voltage", ValueType.FLOAT32)
            .column("name", ValueType.STRING)
            .column("on", ValueType.BOOL)
            .row("meter", T, 230.1f, "a \"b\"", true)
            .row("meter", T + 1, 230.2f)
            .row("oven", T, 180f)
            .payload();
    Rendered rendered = server.send(RecordKind.DATA, record, Lane.LIVE);
    assertThat(rendered.timeMillis()).isEqualTo(T);
    assertThat(server.on(Topics.TELEMETRY))
        .containsExactly(
            "{\"meter\":[{\"ts\":1700000000123,\"values\":"
                + "{\"voltage\":230.1,\"name\":\"a \\\"b\\\"\",\"on\":true}},"
                + "{\"ts\":1700000000124,\"values\":{\"voltage\":230.2}}]}",
            "{\"oven\":[{\"ts\":1700000000123,\"values\":{\"voltage\":180.0}}]}");
    assertThat(server.connected).containsEntry("meter", "meter").containsEntry("oven", "meter");
  }

  @Test
  void aRecordIsSplitToTheLimitAndNothingIsLost() {
    var server = new FakeServer(new CurrentValues(), false, 4 << 10).open();
    var record = new DataRecords();
    Object[] values = new Object[400];
    for (int i = 0; i < values.length; i++) {
      record.column("a-rather-long-name-" + i, ValueType.UINT32);
      values[i] = (long) i;
    }
    record.row("meter", T, values).row("meter", T + 5, 1L, 2L);
    assertThat(server.send(RecordKind.DATA, record.payload(), Lane.LIVE).losses()).isZero();
    var seen = new ArrayList<String>();
    for (JsonObject row : server.rows("meter")) {
      row.getJsonObject("values").fieldNames().forEach(n -> seen.add(row.getLong("ts") + n));
    }
    assertThat(seen).hasSize(402).doesNotHaveDuplicates();
    assertThat(server.on(Topics.TELEMETRY)).hasSize(3);
  }

  @Test
  void aValueThatFitsNoMessageIsALossAndWhatIsBesideItIsSent() {
    var server = new FakeServer(new CurrentValues(), true, 4 << 10).open();
    byte[] record =
        new DataRecords()
            .column("text", ValueType.STRING)
            .column("count", ValueType.UINT32)
            .row("meter", T, "x".repeat(5_000), 7L)
            .payload();
    assertThat(server.send(RecordKind.DATA, record, Lane.LIVE).losses()).isEqualTo(1);
    assertThat(server.rows("meter").get(0).getJsonObject("values").getMap())
        .containsOnly(
            Map.entry("text_quality", "bad_value"),
            Map.entry("count", 7),
            Map.entry("count_quality", "good"));
  }

  @Test
  void numbersStayNumbersThere() {
    FakeServer server = plain();
    byte[] record =
        new DataRecords()
            .column("small", ValueType.FLOAT64)
            .column("long", ValueType.FLOAT64)
            .column("large", ValueType.FLOAT64)
            .column("most", ValueType.INT64)
            .column("more", ValueType.UINT64)
            .column("tiny", ValueType.FLOAT32)
            .decimal("fine", 18)
            .row(
                "meter",
                T,
                1.5e-20,
                0.1234567890123456789,
                1e30,
                Long.MAX_VALUE,
                -1L,
                2.5e-7f,
                123L)
            .payload();
    server.send(RecordKind.DATA, record, Lane.LIVE);
    String row = server.on(Topics.TELEMETRY).get(0);
    assertThat(row)
        .contains("\"small\":0.0,")
        .contains("\"long\":0.1234567890123457,")
        .contains("\"large\":1000000000000000000000000000000.0,")
        .contains("\"most\":9223372036854775807,")
        .contains("\"more\":\"18446744073709551615\",")
        .contains("\"tiny\":0.00000025,")
        .contains("\"fine\":0.0000000000000001");
  }

  @Test
  void aQualityIsLeftOutOrToldBesideTheValueUntilItIsGoodAgain() {
    FakeServer silent = plain();
    FakeServer telling = withQuality();
    for (FakeServer server : List.of(silent, telling)) {
      Object doubtful = new Cell(5L, Quality.OUT_OF_RANGE);
      for (Object value : List.of(1L, Quality.TIMEOUT, 2L, doubtful, 3L, 4L)) {
        byte[] record =
            new DataRecords().column("count", ValueType.UINT32).row("meter", T, value).payload();
        server.send(RecordKind.DATA, record, Lane.LIVE);
      }
    }
    assertThat(silent.rows("meter"))
        .extracting(row -> row.getJsonObject("values").encode())
        .containsExactly(
            "{\"count\":1}", "{\"count\":2}", "{\"count\":5}", "{\"count\":3}", "{\"count\":4}");
    String suspect = Quality.OUT_OF_RANGE.word();
    assertThat(telling.rows("meter"))
        .extracting(row -> row.getJsonObject("values").encode())
        .containsExactly(
            "{\"count\":1,\"count_quality\":\"good\"}",
            "{\"count_quality\":\"timeout\"}",
            "{\"count\":2,\"count_quality\":\"good\"}",
            "{\"count\":5,\"count_quality\":\"" + suspect + "\"}",
            "{\"count\":3,\"count_quality\":\"good\"}",
            "{\"count\":4}");
  }

  @Test
  void timesOfAWrongClockAreMarkedAndThoseOfNoClockAreLeftToTheServer() {
    FakeServer server = plain();
    byte[] wrong =
        new DataRecords().untrusted().column("a", ValueType.UINT32).row("meter", T, 1L).payload();
    byte[] none =
        new DataRecords()
            .untrusted()
            .column("a", ValueType.UINT32)
            .row("meter", 5_000, 2L)
            .row("meter", 6_000, 3L)
            .payload();
    assertThat(server.send(RecordKind.DATA, wrong, Lane.LIVE).timeMillis()).isZero();
    server.send(RecordKind.DATA, none, Lane.LIVE);
    assertThat(server.on(Topics.TELEMETRY))
        .containsExactly(
            "{\"meter\":[{\"ts\":1700000000123,\"values\":{\"a\":1,\"_clock\":\"untrusted\"}}]}",
            "{\"meter\":[{\"a\":2,\"_clock\":\"untrusted\"}]}",
            "{\"meter\":[{\"a\":3,\"_clock\":\"untrusted\"}]}");
  }

  @Test
  void aDeviceThatDiesIsToldAndDisconnectedAndComesAgain() {
    var current = new CurrentValues();
    FakeServer.device(current, "meter", true, "voltage");
    FakeServer server = new FakeServer(current).open();
    FakeServer.device(current, "meter", false, "voltage");
    server.state("meter", false, Lane.LIVE);
    assertThat(server.connected).isEmpty();
    assertThat(server.rows("meter").get(0))
        .isEqualTo(
            new JsonObject()
                .put("ts", 1_700_000_000_999L)
                .put("values", new JsonObject().put("_up", false).put("_reason", "timeout")));
    assertThat(server.on(Topics.OWN_ATTRIBUTES).get(1))
        .contains("\"down\":{\"meter\":\"timeout\"}");
    FakeServer.device(current, "meter", true, "voltage");
    server.state("meter", true, Lane.LIVE);
    assertThat(server.connected).containsExactly(Map.entry("meter", "meter"));
    assertThat(server.on(Topics.ATTRIBUTES_REQUEST)).as("asked again what it shall be").hasSize(2);
  }

  @Test
  void historyOfADeadDeviceConnectsItWithItsProfileUntilItIsTold() {
    var current = new CurrentValues();
    FakeServer.device(current, "press", false, "force");
    FakeServer server = new FakeServer(current).open();
    byte[] old = new DataRecords().column("force", ValueType.UINT32).row("press", T, 1L).payload();
    server.send(RecordKind.DATA, old, Lane.HISTORY);
    server.state("press", false, Lane.HISTORY);
    assertThat(server.connected).containsExactly(Map.entry("press", "machine"));
    assertThat(server.on(Topics.OWN_ATTRIBUTES)).as("history is not what is so now").hasSize(1);
    server.conversation.historyDone();
    assertThat(server.connected).isEmpty();
  }

  @Test
  void aMessageThatWaitedWhileItsDeviceLeftConnectsItAgain() {
    var current = new CurrentValues();
    FakeServer.device(current, "press", true, "force");
    FakeServer server = new FakeServer(current).open();
    byte[] old = new DataRecords().column("force", ValueType.UINT32).row("press", T, 1L).payload();
    Rendered waits = server.render(RecordKind.DATA, old, Lane.HISTORY);
    server.state("press", false, Lane.LIVE);
    assertThat(server.connected).isEmpty();
    waits.messages().forEach(message -> server.publish(server.conversation.seal(message)));
    assertThat(server.connected).containsExactly(Map.entry("press", "machine"));
  }

  @Test
  void aGapIsToldByTheGatewayItself() {
    FakeServer server = plain();
    server.send(RecordKind.GAP, new GapRecord(70, 90, 420, "bytes", "").encode(), Lane.HISTORY);
    assertThat(server.on(Topics.OWN_TELEMETRY))
        .containsExactly(
            "{\"gapFirst\":70,\"gapLast\":90,\"gapCount\":420,\"gapReason\":\"bytes\"}");
  }

  @Test
  void everyNumberIsOneThatTheServerKeeps() {
    long seed = System.nanoTime();
    var random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      double value = Double.longBitsToDouble(random.nextLong());
      if (!Double.isFinite(value)) {
        continue;
      }
      Tokens out = Tokens.of(Form.JSON, 64);
      Column column = Column.of("a", "", ValueType.FLOAT64, 0);
      Numbers.write(out, column, Double.doubleToRawLongBits(value));
      String text = new String(out.array(), 0, out.length(), StandardCharsets.US_ASCII);
      assertThat(text).as("seed " + seed).contains(".").doesNotContainIgnoringCase("e");
      var kept = new BigDecimal(text);
      assertThat(kept.scale()).as("seed " + seed).isLessThanOrEqualTo(16);
      if (Math.abs(value) >= 1) {
        assertThat(kept.doubleValue()).as("seed " + seed).isEqualTo(value);
      }
    }
  }
}
