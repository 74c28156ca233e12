package dev.sluice.gateway.uplink.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.github.luben.zstd.Zstd;
import dev.sluice.driver.Quality;
import dev.sluice.driver.ValueType;
import dev.sluice.gateway.batch.ClockOffsets;
import dev.sluice.gateway.batch.DeviceStateRecord;
import dev.sluice.gateway.outbox.GapRecord;
import dev.sluice.gateway.outbox.OutboxRecord;
import dev.sluice.gateway.outbox.RecordKind;
import dev.sluice.gateway.uplink.mqtt.Publication;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What is sent says what was read, whatever the size. */
class MqttConversationTest {

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private static MqttConversation conversation(boolean zstd, int maxMessageBytes) {
    return conversation(Form.JSON, zstd ? Compression.ZSTD : Compression.NONE, maxMessageBytes);
  }

  private static MqttConversation conversation(
      Form form, Compression compression, int maxMessageBytes) {
    return new MqttConnector(
            new MqttForm(
                "plant-7",
                "cloud",
                "site/{gateway}/readings",
                "site/{gateway}/status",
                form,
                compression,
                maxMessageBytes),
            ClockOffsets.NONE)
        .conversation("01JD");
  }

  private static OutboxRecord data(long seq, byte[] payload) {
    return new OutboxRecord(seq, RecordKind.DATA, 1, payload);
  }

  private static String text(Publication message) {
    byte[] bytes = message.payload().getBytes();
    if (message.topic().endsWith("/zstd")) {
      bytes = Zstd.decompress(bytes, Math.toIntExact(Zstd.getFrameContentSize(bytes)));
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Test
  void aRecordLooksAsDocumented() throws Exception {
    byte[] payload =
        new DataRecords()
            .decimal("voltage_l1", 1)
            .column("energy", ValueType.FLOAT32)
            .column("power_l1", ValueType.INT32)
            .column("total", ValueType.UINT64)
            .column("on", ValueType.BOOL)
            .column("name", ValueType.STRING)
            .untrusted()
            .row(
                "meter-1", 1700000000123L, 2301L, 18231.4f, Quality.TIMEOUT, -1L, true, "a \"b\"\n")
            .row("meter-1", 1700000001123L, new DataRecords.Cell(9999L, Quality.OUT_OF_RANGE))
            .row("meter-2", 1700000000200L, null, 1.5f)
            .payload();
    var rendered = conversation(false, 4096).render(data(81423, payload), Lane.HISTORY, 81400);
    assertThat(rendered.timeMillis()).as("a clock that nobody trusts").isZero();
    assertThat(rendered.messages()).hasSize(1);
    Publication message = rendered.messages().get(0);
    assertThat(message.topic()).isEqualTo("site/plant-7/readings");
    assertThat(message.retained()).isFalse();
    assertThat(text(message))
        .isEqualTo(
            "{\"schema\":1,\"gateway\":\"plant-7\",\"stream\":\"01JD\",\"seq\":81423"
                + ",\"low\":81400,\"lane\":\"history\",\"clock\":\"untrusted\",\"devices\":{"
                + "\"meter-1\":[{\"t\":1700000000123,\"v\":{\"voltage_l1\":230.1"
                + ",\"energy\":18231.4,\"total\":18446744073709551615,\"on\":true"
                + ",\"name\":\"a \\\"b\\\"\\n\"},\"q\":{\"power_l1\":\"timeout\"}}"
                + ",{\"t\":1700000001123,\"v\":{\"voltage_l1\":999.9}"
                + ",\"q\":{\"voltage_l1\":\"out_of_range\"}}]"
                + ",\"meter-2\":[{\"t\":1700000000200,\"v\":{\"energy\":1.5}}]}}");
  }

  @Test
  void liveAndTrustedAreLeftOutAndNaNIsAQuality() throws Exception {
    byte[] payload =
        new DataRecords()
            .column("x", ValueType.FLOAT64)
            .row("d", 1000, Double.NaN)
            .row("d", 2000, Double.POSITIVE_INFINITY)
            .payload();
    var rendered = conversation(false, 4096).render(data(1, payload), Lane.LIVE, 1);
    assertThat(text(rendered.messages().get(0)))
        .isEqualTo(
            "{\"schema\":1,\"gateway\":\"plant-7\",\"stream\":\"01JD\",\"seq\":1,\"low\":1"
                + ",\"devices\":{\"d\":[{\"t\":1000,\"q\":{\"x\":\"bad_value\"}}"
                + ",{\"t\":2000,\"q\":{\"x\":\"bad_value\"}}]}}");
  }

  @Test
  void gapsAndDeviceStatesAreMessagesOfTheirOwn() throws Exception {
    MqttConversation conversation = conversation(false, 4096);
    byte[] gap = new GapRecord(70001, 70420, 420, "bytes").encode();
    var rendered =
        conversation.render(new OutboxRecord(81500, RecordKind.GAP, 0, gap), Lane.LIVE, 81400);
    assertThat(text(rendered.messages().get(0)))
        .isEqualTo(
            "{\"schema\":1,\"gateway\":\"plant-7\",\"stream\":\"01JD\",\"seq\":81500,\"low\":81400"
                + ",\"gap\":{\"first\":70001,\"last\":70420,\"count\":420,\"reason\":\"bytes\"}}");
    byte[] down = new DeviceStateRecord("meter-1", 1700, false, false, "timeout").encode();
    rendered =
        conversation.render(new OutboxRecord(5, RecordKind.DEVICE_STATE, 0, down), Lane.HISTORY, 2);
    assertThat(text(rendered.messages().get(0)))
        .isEqualTo(
            "{\"schema\":1,\"gateway\":\"plant-7\",\"stream\":\"01JD\",\"seq\":5,\"low\":2"
                + ",\"lane\":\"history\",\"clock\":\"untrusted\",\"state\":{\"meter-1\":{\"t\":1700"
                + ",\"up\":false,\"reason\":\"timeout\"}}}");
    byte[] up = new DeviceStateRecord("meter-1", 1800, true, true, "").encode();
    rendered =
        conversation.render(new OutboxRecord(6, RecordKind.DEVICE_STATE, 0, up), Lane.LIVE, 6);
    assertThat(text(rendered.messages().get(0)))
        .endsWith("\"low\":6,\"state\":{\"meter-1\":{\"t\":1800,\"up\":true}}}");
  }

  @Test
  void statusSaysOnlineOfflineAndTheWillHasNoTime() {
    MqttConversation conversation = conversation(true, 4096);
    assertThat(conversation.greeting(17).get(0).topic()).isEqualTo("site/plant-7/status");
    assertThat(conversation.greeting(17).get(0).retained()).isTrue();
    assertThat(conversation.greeting(17).get(0).payload().toString())
        .isEqualTo(
            "{\"schema\":1,\"gateway\":\"plant-7\",\"status\":\"online\",\"stream\":\"01JD\""
                + ",\"t\":17}");
    assertThat(conversation.farewell(18).get(0).payload().toString()).contains("offline\"");
    assertThat(conversation.will().payload().toString())
        .isEqualTo(
            "{\"schema\":1,\"gateway\":\"plant-7\",\"status\":\"offline\",\"stream\":\"01JD\"}");
  }

  @Test
  void aDeviceThatStandsTwiceInARecordNeverRepeatsAKey() throws Exception {
    byte[] payload =
        new DataRecords()
            .column("x", ValueType.INT16)
            .row("a", 1, 1L)
            .row("b", 2, 2L)
            .row("a", 3, 3L)
            .payload();
    var rendered = conversation(false, 4096).render(data(1, payload), Lane.LIVE, 1);
    assertThat(rendered.messages()).hasSize(2);
    assertThat(text(rendered.messages().get(0))).contains("\"part\":[1,2]", "\"a\":[{\"t\":1,");
    assertThat(text(rendered.messages().get(1))).contains("\"part\":[2,2]", "\"a\":[{\"t\":3,");
  }

  @Test
  void partsHoldTheLimitAndTogetherSayEverythingOnce() throws Exception {
    Random random = Seed.random();
    int rounds = Boolean.getBoolean("sluice.long") ? 2_000 : 60;
    for (int round = 0; round < rounds; round++) {
      DataRecords source = plant(random);
      int limit = 1_024 + random.nextInt(4_096);
      boolean zstd = random.nextBoolean();
      var rendered = conversation(zstd, limit).render(data(7, source.payload()), Lane.LIVE, 3);
      List<Publication> messages = rendered.messages();
      var found = new TreeMap<String, String>();
      for (int i = 0; i < messages.size(); i++) {
        Publication message = messages.get(i);
        assertThat(message.payload().length() + message.topic().length() + Publication.OVERHEAD)
            .isLessThanOrEqualTo(limit);
        JsonNode json = JSON.readTree(text(message));
        assertThat(json.path("seq").asLong()).isEqualTo(7);
        if (messages.size() > 1) {
          assertThat(json.path("part").get(0).asInt()).isEqualTo(i + 1);
          assertThat(json.path("part").get(1).asInt()).isEqualTo(messages.size());
        }
        collect(json, found);
      }
      assertThat(found).isEqualTo(expected(source));
    }
  }

  @Test
  void aRowLargerThanAMessageIsSplitBetweenItsValues() throws Exception {
    var source = new DataRecords();
    var values = new Object[200];
    for (int i = 0; i < values.length; i++) {
      source.column("a_point_with_a_long_name_" + i, ValueType.INT32);
      values[i] =
          i % 3 == 0 ? new DataRecords.Cell((long) i, Quality.OUT_OF_RANGE) : (Object) (long) i;
    }
    source.row("device", 5_000, values);
    var rendered = conversation(false, 1_024).render(data(7, source.payload()), Lane.LIVE, 3);
    assertThat(rendered.messages().size()).isGreaterThan(5);
    var found = new TreeMap<String, String>();
    for (Publication message : rendered.messages()) {
      assertThat(message.payload().length()).isLessThan(1_024);
      collect(JSON.readTree(text(message)), found);
    }
    assertThat(found).isEqualTo(expected(source));
    assertThat(rendered.losses()).isZero();
  }

  @Test
  void aValueLargerThanAMessageIsToldAsBad() throws Exception {
    byte[] payload =
        new DataRecords()
            .column("before", ValueType.INT32)
            .column("text", ValueType.STRING)
            .column("after", ValueType.INT32)
            .row("d", 1_000, 1L, "x".repeat(3_000), 2L)
            .payload();
    var rendered = conversation(false, 1_024).render(data(1, payload), Lane.LIVE, 1);
    assertThat(rendered.losses()).isEqualTo(1);
    var found = new TreeMap<String, String>();
    for (Publication message : rendered.messages()) {
      collect(JSON.readTree(text(message)), found);
    }
    assertThat(found)
        .containsOnly(
            Map.entry("d/before@1000", "1"),
            Map.entry("d/text@1000", "q:bad_value"),
            Map.entry("d/after@1000", "2"));
  }

  @Test
  void bytesThatAreNoRecordAreRefusedWithAReason() {
    Random random = Seed.random();
    MqttConversation conversation = conversation(false, 4096);
    byte[] good = DataRecords.counter(1_000, 1);
    for (RecordKind kind : RecordKind.values()) {
      byte[] bytes = new byte[random.nextInt(100)];
      random.nextBytes(bytes);
      assertThatThrownBy(
              () -> conversation.render(new OutboxRecord(1, kind, 1, bytes), Lane.LIVE, 1))
          .isInstanceOf(RenderException.class)
          .hasCauseInstanceOf(Exception.class);
    }
    byte[] cut = Arrays.copyOf(good, good.length - 1);
    assertThatThrownBy(() -> conversation.render(data(1, cut), Lane.LIVE, 1))
        .isInstanceOf(RenderException.class);
  }

  @Test
  void afterABadRecordAGoodOneIsRenderedAsEver() throws Exception {
    MqttConversation conversation = conversation(false, 4096);
    byte[] good = new DataRecords().column("x", ValueType.INT16).row("a", 1, 1L).payload();
    String before = text(conversation.render(data(1, good), Lane.LIVE, 1).messages().get(0));
    byte[] names =
        new DataRecords().column("x", ValueType.INT16).row("a".repeat(5_000), 1, 1L).payload();
    assertThatThrownBy(() -> conversation.render(data(2, names), Lane.LIVE, 1))
        .isInstanceOf(RenderException.class)
        .hasMessageContaining("alone exceed");
    assertThat(text(conversation.render(data(1, good), Lane.LIVE, 1).messages().get(0)))
        .isEqualTo(before);
  }

  private static DataRecords plant(Random random) {
    var source = new DataRecords();
    ValueType[] types = ValueType.values();
    int columns = 1 + random.nextInt(12);
    for (int i = 0; i < columns; i++) {
      ValueType type = types[random.nextInt(types.length)];
      if (type == ValueType.DECIMAL) {
        source.decimal("p" + i, random.nextInt(19));
      } else {
        source.column("p" + i, type);
      }
    }
    int rows = random.nextInt(200);
    for (int i = 0; i < rows; i++) {
      var values = new Object[columns];
      int some = random.nextInt(columns);
      for (int k = 0; k < columns; k++) {
        if (k == some || random.nextInt(3) > 0) {
          values[k] = value(random, source.columns().get(k).type());
        }
      }
      source.row("device-" + i / 50, 1_000L + i * 10L, values);
    }
    return source;
  }

  private static Object value(Random random, ValueType type) {
    if (random.nextInt(10) == 0) {
      return Quality.BUSY;
    }
    Object value =
        switch (type) {
          case BOOL -> random.nextBoolean();
          case INT16 -> (long) (short) random.nextInt();
          case UINT16 -> (long) random.nextInt(65_536);
          case INT32 -> (long) random.nextInt();
          case UINT32 -> random.nextInt() & 0xffff_ffffL;
          case INT64, UINT64, DECIMAL -> random.nextLong();
          case FLOAT32 -> (double) random.nextFloat();
          case FLOAT64 -> random.nextGaussian();
          case STRING -> "text " + random.nextInt();
        };
    boolean doubtful = type != ValueType.STRING && random.nextInt(10) == 0;
    return doubtful ? new DataRecords.Cell(value, Quality.OUT_OF_RANGE) : value;
  }

  private static Map<String, String> expected(DataRecords source) {
    var expected = new TreeMap<String, String>();
    for (DataRecords.Row row : source.rows()) {
      row.cells()
          .forEach(
              (index, cell) -> {
                DataRecords.Col column = source.columns().get(index);
                String at = row.device() + "/" + column.name() + "@" + row.time();
                String text = cell.value() == null ? "" : plain(column, cell.value());
                String quality = cell.quality() == Quality.GOOD ? "" : "q:" + cell.quality().word();
                expected.put(at, text + quality);
              });
    }
    return expected;
  }

  private static String plain(DataRecords.Col column, Object value) {
    return switch (column.type()) {
      case UINT64 -> Long.toUnsignedString((Long) value);
      case DECIMAL -> BigDecimal.valueOf((Long) value, column.scale()).toPlainString();
      case FLOAT32 -> new BigDecimal(Float.toString(((Double) value).floatValue())).toPlainString();
      case FLOAT64 -> new BigDecimal(value.toString()).toPlainString();
      default -> value.toString();
    };
  }

  private static void collect(JsonNode json, Map<String, String> into) throws IOException {
    json.path("devices")
        .properties()
        .forEach(
            device -> {
              for (JsonNode row : device.getValue()) {
                String at = "@" + row.path("t").asLong();
                var texts = new TreeMap<String, String>();
                row.path("v")
                    .properties()
                    .forEach(
                        entry ->
                            texts.merge(entry.getKey(), plain(entry.getValue()), String::concat));
                row.path("q")
                    .properties()
                    .forEach(
                        entry ->
                            texts.merge(
                                entry.getKey(), "q:" + entry.getValue().asText(), String::concat));
                texts.forEach(
                    (name, text) ->
                        assertThat(into.put(device.getKey() + "/" + name + at, text)).isNull());
              }
            });
  }

  private static String plain(JsonNode value) {
    return value.isNumber() ? value.decimalValue().toPlainString() : value.asText();
  }
}
