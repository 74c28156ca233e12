package dev.sluice.gateway.uplink.connector;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import com.github.luben.zstd.Zstd;
import dev.sluice.gateway.uplink.mqtt.Publication;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/**
 * What messages of any form say, read by what consumers have: Jackson, and the rules of the RFCs.
 * Readings are {@code device/point@time}, with {@code #q} behind for qualities. Topics are {@code
 * DEVICE/...} or {@code DEVICE/POINT/...} where a form has them.
 */
final class Told {

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();
  private static final ObjectMapper CBOR =
      CBORMapper.builder().disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES).build();

  final Map<String, String> readings = new TreeMap<>();

  /** Of each message: stream, seq, part, parts, low, lane, clock. */
  final Map<Integer, String> headings = new TreeMap<>();

  static byte[] unpacked(Publication message) throws IOException {
    byte[] bytes = message.payload().getBytes();
    if (message.topic().endsWith("zstd")) {
      return Zstd.decompress(bytes, Math.toIntExact(Zstd.getFrameContentSize(bytes)));
    }
    if (message.topic().endsWith("gzip")) {
      return new GZIPInputStream(new ByteArrayInputStream(bytes)).readAllBytes();
    }
    return bytes;
  }

  static Told of(Form form, List<Publication> messages) throws IOException {
    var told = new Told();
    for (Publication message : messages) {
      byte[] bytes = unpacked(message);
      switch (form) {
        case JSON -> told.map(JSON.readTree(bytes));
        case CBOR -> told.map(CBOR.readTree(bytes));
        case SENML_JSON -> told.senml(SenmlPack.json(bytes));
        case SENML_CBOR -> told.senml(SenmlPack.cbor(bytes));
        case VALUE -> told.value(message.topic(), JSON.readTree(bytes));
        case PLAIN -> throw new IllegalArgumentException("says too little");
      }
    }
    return told;
  }

  private void put(String name, String value) {
    assertThat(readings.put(name, value)).as("%s is told once", name).isNull();
  }

  private void map(JsonNode message) {
    heading(message);
    message
        .path("devices")
        .properties()
        .forEach(
            device -> {
              for (JsonNode row : device.getValue()) {
                String at = "@" + row.path("t").asLong();
                row.path("v")
                    .properties()
                    .forEach(v -> put(device.getKey() + "/" + v.getKey() + at, text(v.getValue())));
                row.path("q")
                    .properties()
                    .forEach(
                        q ->
                            put(
                                device.getKey() + "/" + q.getKey() + at + "#q",
                                text(q.getValue())));
              }
            });
  }

  private void value(String topic, JsonNode message) {
    heading(message);
    String[] levels = topic.split("/");
    String name = decoded(levels[0], "%") + "/" + decoded(levels[1], "%");
    String at = name + "@" + message.path("t").asLong();
    if (message.has("v")) {
      put(at, text(message.get("v")));
    }
    if (message.has("q")) {
      put(at + "#q", text(message.get("q")));
    }
  }

  private void senml(List<SenmlPack.Entry> pack) {
    long shift = 0;
    var own = new TreeMap<String, String>();
    for (SenmlPack.Entry entry : pack) {
      String[] levels = entry.name().split("/");
      assertThat(levels[0]).isEqualTo("plant-7");
      if (levels[1].equals("_sluice")) {
        own.put(levels[2], text(entry.value()));
        shift = levels[2].equals("shift") ? entry.value().asLong() * 1_000 : shift;
        continue;
      }
      String name = decoded(levels[1], ":") + "/" + decoded(levels[2], ":");
      String quality = levels.length == 4 ? "#q" : "";
      put(name + "@" + (entry.millis() - shift) + quality, text(entry.value()));
    }
    heading(
        own.get("stream"),
        own.get("seq"),
        own.getOrDefault("part", "1"),
        own.getOrDefault("parts", "1"),
        own.get("low"),
        own.getOrDefault("lane", ""),
        own.getOrDefault("clock", ""));
  }

  private void heading(JsonNode message) {
    heading(
        text(message.path("stream")),
        message.path("seq").asText(),
        message.path("part").path(0).asText("1"),
        message.path("part").path(1).asText("1"),
        message.path("low").asText(),
        message.has("lane") ? text(message.path("lane")) : "",
        message.has("clock") ? text(message.path("clock")) : "");
  }

  private void heading(String... parts) {
    headings.put(headings.size() + 1, String.join(" ", parts));
  }

  /** Undoes percent and colon escapes, which differ in that sign alone. */
  private static String decoded(String level, String sign) {
    String percent = level.replace("+", "%2B").replace(sign, "%");
    return URLDecoder.decode(percent, StandardCharsets.UTF_8);
  }

  static String text(JsonNode value) {
    if (!value.isNumber()) {
      return value.toString();
    }
    BigDecimal number = value.decimalValue();
    // What came as a double stands for the decimal of 15 digits that it is closest to.
    boolean inexact = value.isDouble() || value.isFloat();
    BigDecimal shown = inexact ? new BigDecimal(value.doubleValue()) : number;
    if (inexact) {
      shown = shown.round(new MathContext(15));
    }
    return shown.signum() == 0 ? "0" : shown.stripTrailingZeros().toPlainString();
  }
}
