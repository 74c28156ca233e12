package dev.sluice.gateway.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sluice.driver.Quality;
import dev.sluice.driver.ValueType;
import dev.sluice.gateway.batch.BatchVisitor;
import dev.sluice.gateway.batch.Column;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes a data record as JSON: its columns once, then each device with its rows. */
final class DataJson implements BatchVisitor {

  private final JsonGenerator json;
  private final Map<String, String> qualities = new LinkedHashMap<>();
  private List<Column> columns = List.of();
  private boolean anyDevice;
  private boolean inRow;
  private boolean monotonic;
  private long monotonicMillis;

  DataJson(JsonGenerator json) {
    this.json = json;
  }

  private interface Step {
    void run() throws IOException;
  }

  @Override
  public void begin(boolean clockTrusted, String bootId) {
    write(
        () -> {
          json.writeStartObject();
          json.writeStringField("kind", "data");
          json.writeStringField("clock", clockTrusted ? "trusted" : "untrusted");
          if (!clockTrusted) {
            json.writeStringField("boot", bootId);
          }
        });
  }

  @Override
  public void device(String id, List<Column> ofRecord) {
    write(
        () -> {
          endDevice();
          if (!anyDevice) {
            columns(ofRecord);
            json.writeArrayFieldStart("devices");
          }
          anyDevice = true;
          columns = ofRecord;
          json.writeStartObject();
          json.writeStringField("device", id);
          json.writeArrayFieldStart("rows");
        });
  }

  private void columns(List<Column> all) throws IOException {
    json.writeArrayFieldStart("columns");
    for (Column column : all) {
      json.writeStartObject();
      json.writeStringField("name", column.name());
      json.writeStringField("type", column.type().word());
      if (!column.unit().isEmpty()) {
        json.writeStringField("unit", column.unit());
      }
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  @Override
  public void monotonic(long millis) {
    monotonic = true;
    monotonicMillis = millis;
  }

  @Override
  public void row(long timeMillis) {
    write(
        () -> {
          endRow();
          json.writeStartObject();
          json.writeNumberField("t", timeMillis);
          if (monotonic) {
            json.writeNumberField("monotonic", monotonicMillis);
          }
          json.writeObjectFieldStart("v");
          inRow = true;
        });
  }

  @Override
  public void number(int column, long bits) {
    Column of = columns.get(column);
    write(
        () -> {
          json.writeFieldName(of.name());
          value(of, bits);
        });
  }

  @Override
  public void text(int column, String value) {
    write(() -> json.writeStringField(columns.get(column).name(), value));
  }

  @Override
  public void bad(int column, Quality quality) {
    qualities.put(columns.get(column).name(), quality.word());
  }

  @Override
  public void suspect(int column, long bits, Quality quality) {
    number(column, bits);
    bad(column, quality);
  }

  @Override
  public void end() {
    write(
        () -> {
          endDevice();
          if (anyDevice) {
            json.writeEndArray();
          }
          json.writeEndObject();
        });
  }

  private void value(Column of, long bits) throws IOException {
    ValueType type = of.type();
    if (type == ValueType.BOOL) {
      json.writeBoolean(bits != 0);
    } else if (type == ValueType.DECIMAL) {
      json.writeNumber(BigDecimal.valueOf(bits, of.scale()).toPlainString());
    } else if (type == ValueType.UINT64) {
      json.writeNumber(new BigInteger(Long.toUnsignedString(bits)));
    } else if (type == ValueType.FLOAT32) {
      json.writeNumber((float) Double.longBitsToDouble(bits));
    } else if (type == ValueType.FLOAT64) {
      json.writeNumber(Double.longBitsToDouble(bits));
    } else {
      json.writeNumber(bits);
    }
  }

  private void endRow() throws IOException {
    if (!inRow) {
      return;
    }
    inRow = false;
    json.writeEndObject();
    if (!qualities.isEmpty()) {
      json.writeObjectFieldStart("q");
      for (Map.Entry<String, String> quality : qualities.entrySet()) {
        json.writeStringField(quality.getKey(), quality.getValue());
      }
      json.writeEndObject();
      qualities.clear();
    }
    json.writeEndObject();
  }

  private void endDevice() throws IOException {
    endRow();
    if (anyDevice) {
      json.writeEndArray();
      json.writeEndObject();
    }
  }

  private static void write(Step step) {
    try {
      step.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
