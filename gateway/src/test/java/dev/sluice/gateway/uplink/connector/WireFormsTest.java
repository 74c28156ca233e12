package dev.sluice.gateway.uplink.connector;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import com.github.luben.zstd.Zstd;
import dev.sluice.driver.Quality;
import dev.sluice.driver.ValueType;
import dev.sluice.gateway.batch.ClockOffsets;
import dev.sluice.gateway.batch.DeviceStateRecord;
import dev.sluice.gateway.outbox.GapRecord;
import dev.sluice.gateway.outbox.OutboxRecord;
import dev.sluice.gateway.outbox.RecordKind;
import dev.sluice.gateway.uplink.mqtt.Publication;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/** Whatever the form and the compression: the same is said. CBOR is read by Jackson here. */
class WireFormsTest {

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();
  private static final ObjectMapper CBOR =
      CBORMapper.builder().disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES).build();

  private static MqttConversation conversation(Form form, Compression compression, int limit) {
    return new MqttConnector(
            new MqttForm("plant-7", "cloud", "{encoding}", "", form, compression, limit),
            ClockOffsets.NONE)
        .conversation("01JD");
  }

  private static byte[] unpacked(Publication message) throws IOException {
    byte[] bytes = message.payload().getBytes();
    if (message.topic().endsWith("zstd")) {
      return Zstd.decompress(bytes, Math.toIntExact(Zstd.getFrameContentSize(bytes)));
    }
    if (message.topic().endsWith("gzip")) {
      return new GZIPInputStream(new ByteArrayInputStream(bytes)).readAllBytes();
    }
    return bytes;
  }

  private static JsonNode read(Publication message) throws IOException {
    return (message.topic().startsWith("cbor") ? CBOR : JSON).readTree(unpacked(message));
  }

  private static JsonNode only(Conversation in, OutboxRecord record, Lane lane, long low)
      throws Exception {
    var messages = in.render(record, lane, low).messages();
    assertThat(messages).hasSize(1);
    return read(messages.get(0));
  }

  private static OutboxRecord data(byte[] payload) {
    return new OutboxRecord(81423, RecordKind.DATA, 1, payload);
  }

  /** Byte for byte, so that nobody who reads it is surprised by a newer version. */
  @Test
  void cborLooksAsDocumented() throws Exception {
    byte[] payload =
        new DataRecords()
            .decimal("voltage", 1)
            .column("energy", ValueType.FLOAT32)
            .column("total", ValueType.UINT64)
            .column("on", ValueType.BOOL)
            .column("power", ValueType.INT32)
            .untrusted()
            .row("meter-1", 1700000000123L, 2301L, 18231.5f, -1L, true, Quality.TIMEOUT)
            .payload();
    var rendered =
        conversation(Form.CBOR, Compression.NONE, 4096).render(data(payload), Lane.HISTORY, 81400);
    assertThat(HexFormat.of().formatHex(unpacked(rendered.messages().get(0))))
        .isEqualTo(
            "a8"
                + ("66" + "736368656d61" + "01") // schema: 1
                + ("67" + "67617465776179" + "67" + "706c616e742d37") // gateway: plant-7
                + ("66" + "73747265616d" + "64" + "30314a44") // stream: 01JD
                + ("63" + "736571" + "1a00013e0f") // seq: 81423
                + ("63" + "6c6f77" + "1a00013df8") // low: 81400
                + ("64" + "6c616e65" + "67" + "686973746f7279") // lane: history
                + ("65" + "636c6f636b" + "69" + "756e74727573746564") // clock: untrusted
                + ("67" + "64657669636573" + "a1") // devices: {
                + ("67" + "6d657465722d31" + "81" + "a3") // meter-1: [{
                + ("61" + "74" + "1b0000018bcfe5687b") // t: 1700000000123
                + ("61" + "76" + "a4") // v: {
                + ("67" + "766f6c74616765" + "c4" + "82" + "20" + "1908fd") // voltage: 230.1
                + ("66" + "656e65726779" + "fa468e6f00") // energy: 18231.5
                + ("65" + "746f74616c" + "1bffffffffffffffff") // total: 2^64 - 1
                + ("62" + "6f6e" + "f5") // on: true }
                + ("61" + "71" + "a1") // q: {
                + ("65" + "706f776572" + "67" + "74696d656f7574")); // power: timeout }}]}}
  }

  @Test
  void gapsAndStatesSayTheSameInAnyFormAndCompression() throws Exception {
    var gap =
        new OutboxRecord(9, RecordKind.GAP, 0, new GapRecord(70001, 70420, 420, "bytes").encode());
    var down =
        new OutboxRecord(
            5,
            RecordKind.DEVICE_STATE,
            0,
            new DeviceStateRecord("meter-1", 1700, false, false, "timeout").encode());
    for (OutboxRecord record : List.of(gap, down)) {
      for (Lane lane : Lane.values()) {
        JsonNode expected = only(conversation(Form.JSON, Compression.NONE, 4096), record, lane, 2);
        for (Form form : List.of(Form.JSON, Form.CBOR)) {
          for (Compression compression : Compression.values()) {
            // Jackson's nodes of 5 as int and 5 as long differ; their text does not.
            assertThat(only(conversation(form, compression, 4096), record, lane, 2).toString())
                .as("%s %s", form, compression)
                .isEqualTo(expected.toString());
          }
        }
      }
    }
  }

  @Test
  void partsOfAnyFormHoldTheLimitAfterCompressionAndSayEverythingOnce() throws Exception {
    Random random = Seed.random();
    int rounds = Boolean.getBoolean("sluice.long") ? 1_000 : 30;
    boolean packedBeyondTheLimit = false;
    for (int round = 0; round < rounds; round++) {
      byte[] payload = plant(random);
      int limit = 1_024 + random.nextInt(4_096);
      Map<String, String> expected = null;
      for (Form form : List.of(Form.JSON, Form.CBOR)) {
        for (Compression compression : Compression.values()) {
          var rendered = conversation(form, compression, limit).render(data(payload), Lane.LIVE, 3);
          var found = new TreeMap<String, String>();
          List<Publication> messages = rendered.messages();
          for (int i = 0; i < messages.size(); i++) {
            Publication message = messages.get(i);
            int size = message.payload().length() + message.topic().length() + Publication.OVERHEAD;
            assertThat(size).as("%s %s", form, compression).isLessThanOrEqualTo(limit);
            int unpacked = unpacked(message).length;
            assertThat(unpacked).isLessThanOrEqualTo(8 * limit);
            packedBeyondTheLimit |= unpacked > limit;
            JsonNode read = read(message);
            if (messages.size() > 1) {
              assertThat(read.path("part").toString())
                  .isEqualTo("[" + (i + 1) + "," + messages.size() + "]");
            }
            collect(read, found);
          }
          if (expected == null) {
            expected = found;
          }
          assertThat(found).as("%s %s", form, compression).isEqualTo(expected);
        }
      }
    }
    assertThat(packedBeyondTheLimit)
        .as("a part larger than the limit before it is packed")
        .isTrue();
  }

  /** The rest of its record is delivered, whatever the form. */
  @Test
  void aTextThatFitsNoMessageIsTheOnlyThingThatIsNotSent() throws Exception {
    var random = new StringBuilder();
    Random letters = Seed.random();
    for (int i = 0; i < 20_000; i++) {
      random.append((char) (' ' + letters.nextInt(90)));
    }
    byte[] payload =
        new DataRecords()
            .column("before", ValueType.INT16)
            .column("text", ValueType.STRING)
            .column("after", ValueType.INT16)
            .row("d", 1_000, 1L, random.toString(), 2L)
            .payload();
    for (Form form : List.of(Form.JSON, Form.CBOR)) {
      for (Compression compression : Compression.values()) {
        var rendered = conversation(form, compression, 1_024).render(data(payload), Lane.LIVE, 3);
        var found = new TreeMap<String, String>();
        for (Publication message : rendered.messages()) {
          collect(read(message), found);
        }
        assertThat(rendered.losses()).isEqualTo(1);
        assertThat(found)
            .containsOnly(
                Map.entry("d/before@1000", "1"),
                Map.entry("d/text@1000", "\"bad_value\""),
                Map.entry("d/after@1000", "2"));
      }
    }
  }

  private static byte[] plant(Random random) {
    var source = new DataRecords();
    var values = new ArrayList<List<Object>>();
    int columns = 1 + random.nextInt(10);
    int rows = 1 + random.nextInt(150);
    for (int row = 0; row < rows; row++) {
      values.add(new ArrayList<>());
    }
    for (int i = 0; i < columns; i++) {
      ValueType type = ValueType.values()[random.nextInt(ValueType.values().length)];
      if (type == ValueType.DECIMAL) {
        source.decimal("p" + i, random.nextInt(19));
      } else {
        source.column("p" + i, type);
      }
      for (List<Object> row : values) {
        row.add(random.nextInt(9) == 0 ? Quality.BUSY : value(random, type));
      }
    }
    for (int row = 0; row < rows; row++) {
      source.row("device-" + row / 40, 1_000L + row * 10L, values.get(row).toArray());
    }
    return source.payload();
  }

  static Object value(Random random, ValueType type) {
    return switch (type) {
      case BOOL -> random.nextBoolean();
      case INT16 -> (long) (short) random.nextInt();
      case UINT16 -> (long) random.nextInt(65_536);
      case INT32 -> (long) random.nextInt();
      case UINT32 -> random.nextInt() & 0xffff_ffffL;
      case INT64, UINT64, DECIMAL -> random.nextLong() >> random.nextInt(64);
      case FLOAT32 -> (double) (random.nextInt(100_000) / 4f); // short as a decimal, too
      case FLOAT64 -> random.nextInt(2_000_000) / 16.0;
      case STRING -> "text \"ü\n " + random.nextInt();
    };
  }

  private static void collect(JsonNode message, Map<String, String> into) {
    message
        .path("devices")
        .properties()
        .forEach(
            device -> {
              for (JsonNode row : device.getValue()) {
                for (String kind : List.of("v", "q")) {
                  row.path(kind)
                      .properties()
                      .forEach(
                          entry -> {
                            String at = entry.getKey() + "@" + row.path("t").asLong();
                            String is = plain(entry.getValue());
                            assertThat(into.put(device.getKey() + "/" + at, is)).isNull();
                          });
                }
              }
            });
  }

  private static String plain(JsonNode value) {
    if (!value.isNumber()) {
      return value.toString();
    }
    BigDecimal number = value.decimalValue();
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
  }
}
