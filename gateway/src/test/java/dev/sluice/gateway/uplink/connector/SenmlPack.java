package dev.sluice.gateway.uplink.connector;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A strict reader of SenML packs, written from RFC 8428 and not from the writer: what the RFC does
 * not allow fails here. Times are computed in doubles, as most readers do.
 */
final class SenmlPack {

  /** RFC 8428, 4.5.1. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9\\-:./_]*");

  /** RFC 8428, 12.1, and RFC 8798, 2, as far as anything here has them. */
  private static final Set<String> UNITS =
      Set.of("V", "A", "W", "Cel", "Hz", "%", "%RH", "var", "VA", "J", "s", "m3", "Ohm");

  /** RFC 8428, tables 1 to 4: label, number in CBOR. */
  private static final Map<String, String> LABELS =
      Map.ofEntries(
          Map.entry("bn", "-2"),
          Map.entry("bt", "-3"),
          Map.entry("bu", "-4"),
          Map.entry("bv", "-5"),
          Map.entry("bs", "-6"),
          Map.entry("bver", "-1"),
          Map.entry("n", "0"),
          Map.entry("u", "1"),
          Map.entry("v", "2"),
          Map.entry("vs", "3"),
          Map.entry("vb", "4"),
          Map.entry("s", "5"),
          Map.entry("t", "6"),
          Map.entry("ut", "7"),
          Map.entry("vd", "8"));

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();
  private static final ObjectMapper CBOR =
      CBORMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  /**
   * One record, resolved.
   *
   * @param millis since 1970; -1 for none
   * @param unit empty for none
   */
  record Entry(String name, long millis, String unit, JsonNode value) {}

  private SenmlPack() {}

  static List<Entry> json(byte[] payload) throws IOException {
    String text = new String(payload, StandardCharsets.UTF_8);
    assertThat(text.replaceAll("\"(\\\\.|[^\"\\\\])*\"", ""))
        .as("4.3: the e of an exponent is small; 5.1: no other form of numbers")
        .doesNotContain("E", "NaN", "Infinity");
    return resolved(JSON.readTree(payload), false);
  }

  static List<Entry> cbor(byte[] payload) throws IOException {
    return resolved(CBOR.readTree(payload), true);
  }

  private static List<Entry> resolved(JsonNode pack, boolean cbor) {
    assertThat(pack.isArray()).as("section 4: a pack is an array").isTrue();
    assertThat(pack.size()).as("section 4: of one record or more").isPositive();
    var entries = new ArrayList<Entry>();
    String baseName = "";
    double baseTime = 0;
    for (JsonNode record : pack) {
      assertThat(record.isObject()).isTrue();
      var known = new HashSet<>(cbor ? LABELS.values() : LABELS.keySet());
      record.fieldNames().forEachRemaining(name -> assertThat(known).contains(name));
      baseName = field(record, "bn", cbor).asText(baseName);
      JsonNode bt = field(record, "bt", cbor);
      if (!bt.isMissingNode()) {
        assertThat(bt.isNumber()).isTrue();
        baseTime = bt.doubleValue();
      }
      assertThat(field(record, "bver", cbor).isMissingNode())
          .as("version 10, which is not written")
          .isTrue();
      entries.add(entry(record, baseName, baseTime, cbor));
    }
    return entries;
  }

  private static Entry entry(JsonNode record, String baseName, double baseTime, boolean cbor) {
    String name = baseName + field(record, "n", cbor).asText();
    assertThat(name).as("4.5.1").matches(NAME);
    JsonNode t = field(record, "t", cbor);
    assertThat(t.isMissingNode() || t.isNumber()).isTrue();
    double time = baseTime + t.asDouble(0);
    if (time != 0) {
      assertThat(time)
          .as("4.5.3: below 2^28 it is counted from now")
          .isGreaterThanOrEqualTo(1L << 28);
    }
    String unit = field(record, "u", cbor).asText("");
    if (!unit.isEmpty()) {
      assertThat(UNITS).as("4.3: only what is registered").contains(unit);
    }
    JsonNode value = null;
    for (String label : List.of("v", "vs", "vb", "vd")) {
      JsonNode found = field(record, label, cbor);
      if (!found.isMissingNode()) {
        assertThat(value).as("4.2: one value").isNull();
        value = found;
        switch (label) {
          case "v" -> assertThat(found.isNumber()).isTrue();
          case "vb" -> assertThat(found.isBoolean()).isTrue();
          default -> assertThat(found.isTextual()).isTrue();
        }
      }
    }
    assertThat(value).as("4.2: a value, as there is no sum").isNotNull();
    return new Entry(name, time == 0 ? -1 : Math.round(time * 1_000), unit, value);
  }

  private static JsonNode field(JsonNode record, String label, boolean cbor) {
    return record.path(cbor ? LABELS.get(label) : label);
  }
}
