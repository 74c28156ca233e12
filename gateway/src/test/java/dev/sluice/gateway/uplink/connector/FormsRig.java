package dev.sluice.gateway.uplink.connector;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.driver.Quality;
import dev.sluice.driver.ValueType;
import dev.sluice.gateway.batch.ClockOffsets;
import dev.sluice.gateway.outbox.OutboxRecord;
import dev.sluice.gateway.outbox.RecordKind;
import dev.sluice.gateway.uplink.mqtt.Publication;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Conversations in each form, and what they are told. */
abstract class FormsRig {

  static MqttConversation conversation(
      String topic, Form form, Compression compression, boolean retain, int limit) {
    var all = new MqttForm("plant-7", "cloud", topic, "", "", form, compression, retain, limit);
    return new MqttConnector(all, ClockOffsets.NONE).conversation("01JD");
  }

  static MqttConversation conversation(String topic, Form form, int limit) {
    return conversation(topic, form, Compression.NONE, false, limit);
  }

  static OutboxRecord data(byte[] payload) {
    return new OutboxRecord(81423, RecordKind.DATA, 1, payload);
  }

  static String text(Publication message) {
    return message.payload().toString(StandardCharsets.UTF_8);
  }

  /** The same topics in the same order with the good values. */
  static void plain(List<Publication> bare, List<Publication> values) throws Exception {
    assertThat(bare).hasSameSizeAs(values);
    var json = new ObjectMapper();
    for (int i = 0; i < bare.size(); i++) {
      var value = json.readTree(values.get(i).payload().getBytes());
      String found = text(bare.get(i));
      assertThat(bare.get(i).topic()).isEqualTo(values.get(i).topic());
      if (value.has("q")) {
        assertThat(found).isEmpty();
      } else if (value.get("v").isNumber()) {
        String number = text(values.get(i)).replaceAll(".*?\"v\":([^,]*),.*", "$1");
        assertThat(new BigDecimal(found)).isEqualByComparingTo(new BigDecimal(number));
      } else {
        assertThat(found).isEqualTo(value.get("v").asText());
      }
    }
  }

  static byte[] plant(Random random, int leastRows) {
    String[] names = {"a", "_up", "b/c", "$x", "\u00fc+#", "p%41", "q:41", "-"};
    String[] units = {"", "V", "kWh", "\u00b0C", "%"};
    long start = random.nextBoolean() ? 1_700_000_000_000L : 1_000L;
    var source = new DataRecords();
    var values = new ArrayList<List<Object>>();
    int columns = 1 + random.nextInt(names.length);
    int rows = Math.max(leastRows, 1 + random.nextInt(80));
    for (int row = 0; row < rows; row++) {
      values.add(new ArrayList<>());
    }
    for (int i = 0; i < columns; i++) {
      ValueType type = ValueType.values()[random.nextInt(ValueType.values().length)];
      String unit = units[random.nextInt(units.length)];
      if (type == ValueType.DECIMAL) {
        source.decimal(names[i], unit, random.nextInt(19));
      } else {
        source.column(names[i], unit, type);
      }
      for (List<Object> row : values) {
        Object value = WireFormsTest.value(random, type);
        int kind = random.nextInt(12);
        boolean doubtful = kind == 1 && type != ValueType.STRING;
        row.add(
            kind == 0
                ? Quality.BUSY
                : doubtful ? new DataRecords.Cell(value, Quality.OUT_OF_RANGE) : value);
      }
    }
    for (int row = 0; row < rows; row++) {
      source.row(names[row / 20] + "-device", start + row * 7L, values.get(row).toArray());
    }
    return source.payload();
  }
}
