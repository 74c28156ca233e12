package dev.sluice.gateway.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sluice.driver.Quality;
import dev.sluice.gateway.batch.BatchVisitor;
import dev.sluice.gateway.batch.Column;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes a data record as JSON while it is read. Of one use. */
final class RecordPrinter implements BatchVisitor {

  private final JsonGenerator out;
  private final Map<String, String> qualities = new LinkedHashMap<>();
  private List<Column> columns = List.of();
  private boolean inDevice;
  private boolean inRow;
  private @Nullable Long monotonicMillis;
  private @Nullable IOException failure;

  RecordPrinter(JsonGenerator out) {
    this.out = out;
  }

  /** A visitor may not throw what a generator throws, so it is kept. */
  void throwIfFailed() throws IOException {
    if (failure != null) {
      throw failure;
    }
  }

  private interface Step {
    void run() throws IOException;
  }

  private void write(Step step) {
    if (failure == null) {
      try {
        step.run();
      } catch (IOException e) {
        failure = e;
      }
    }
  }

  @Override
  public void begin(boolean clockTrusted, String bootId) {
    write(
        () -> {
          out.writeStartObject();
          out.writeStringField("kind", "data");
          out.writeStringField("clock", clockTrusted ? "trusted" : "untrusted");
          if (!bootId.isEmpty()) {
            out.writeStringField("boot", bootId);
          }
          out.writeObjectFieldStart("devices");
        });
  }

  @Override
  public void device(String id, List<Column> deviceColumns) {
    write(
        () -> {
          endDevice();
          columns = deviceColumns;
          out.writeArrayFieldStart(id);
          inDevice = true;
        });
  }

  @Override
  public void monotonic(long millis) {
    monotonicMillis = millis;
  }

  @Override
  public void row(long timeMillis) {
    write(
        () -> {
          endRow();
          out.writeStartObject();
          out.writeNumberField("t", timeMillis);
          if (monotonicMillis != null) {
            out.writeNumberField("monotonic_ms", monotonicMillis);
          }
          out.writeObjectFieldStart("v");
          inRow = true;
        });
  }

  @Override
  public void number(int column, long bits) {
    write(
        () -> {
          Column of = columns.get(column);
          out.writeFieldName(of.name());
          switch (of.type()) {
            case BOOL -> out.writeBoolean(bits != 0);
            case INT16, UINT16, INT32, UINT32, INT64 -> out.writeNumber(bits);
            case UINT64 -> out.writeNumber(Long.toUnsignedString(bits));
            case FLOAT32 -> out.writeNumber((float) Double.longBitsToDouble(bits));
            case FLOAT64 -> out.writeNumber(Double.longBitsToDouble(bits));
            case DECIMAL -> out.writeNumber(BigDecimal.valueOf(bits, of.scale()));
            case STRING -> throw new IOException("a number in the text column " + of.name());
          }
        });
  }

  @Override
  public void text(int column, String value) {
    write(() -> out.writeStringField(columns.get(column).name(), value));
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
          out.writeEndObject();
          out.writeEndObject();
        });
  }

  private void endDevice() throws IOException {
    if (inDevice) {
      endRow();
      out.writeEndArray();
      inDevice = false;
    }
  }

  private void endRow() throws IOException {
    if (inRow) {
      out.writeEndObject();
      if (!qualities.isEmpty()) {
        out.writeObjectFieldStart("q");
        for (Map.Entry<String, String> each : qualities.entrySet()) {
          out.writeStringField(each.getKey(), each.getValue());
        }
        out.writeEndObject();
        qualities.clear();
      }
      out.writeEndObject();
      inRow = false;
    }
  }
}
