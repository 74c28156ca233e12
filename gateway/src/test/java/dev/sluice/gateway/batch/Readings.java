package dev.sluice.gateway.batch;

import dev.sluice.driver.Quality;
import dev.sluice.driver.ValueType;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Collects the readings of records in words, one line per reading, and holds the order of calls.
 */
final class Readings implements BatchVisitor {

  final List<String> lines = new ArrayList<>();
  int ends;

  private String boot = "";
  private String device = "";
  private String when = "";
  private @Nullable Long monotonic;
  private List<Column> columns = List.of();

  static List<String> of(byte[] payload) {
    var readings = new Readings();
    try {
      BatchReader.read(payload, readings);
    } catch (RecordFormatException e) {
      throw new AssertionError(e);
    }
    return readings.lines;
  }

  /** As this class would say it. */
  static String line(
      String device, long time, @Nullable Long monotonic, Column column, String value) {
    String mono = monotonic == null ? "" : "~" + monotonic;
    return new StringJoiner(" ")
        .add(device + "@" + time + mono)
        .add(column.name() + "[" + column.unit() + "]")
        .add(column.type().word())
        .add(value)
        .toString();
  }

  static String number(ValueType type, long bits, int scale) {
    return switch (type) {
      case DECIMAL -> BigDecimal.valueOf(bits, scale).toString();
      case FLOAT32, FLOAT64 -> Long.toHexString(bits);
      default -> Long.toString(bits);
    };
  }

  @Override
  public void begin(boolean clockTrusted, String bootId) {
    if (clockTrusted != bootId.isEmpty()) {
      throw new AssertionError("trusted " + clockTrusted + " with boot id " + bootId);
    }
    boot = bootId;
  }

  @Override
  public void device(String id, List<Column> used) {
    device = id;
    columns = used;
  }

  @Override
  public void monotonic(long millis) {
    monotonic = millis;
  }

  @Override
  public void row(long timeMillis) {
    if (boot.isEmpty() != (monotonic == null)) {
      throw new AssertionError("monotonic " + monotonic + " in boot " + boot);
    }
    when = Long.toString(timeMillis);
  }

  @Override
  public void number(int column, long bits) {
    add(column, text(column, bits));
  }

  @Override
  public void text(int column, String value) {
    add(column, value);
  }

  @Override
  public void bad(int column, Quality quality) {
    add(column, quality.word());
  }

  @Override
  public void suspect(int column, long bits, Quality quality) {
    add(column, text(column, bits) + " " + quality.word());
  }

  @Override
  public void end() {
    ends++;
  }

  private String text(int column, long bits) {
    Column of = columns.get(column);
    return number(of.type(), bits, of.scale());
  }

  private void add(int column, String value) {
    lines.add(line(device, Long.parseLong(when), monotonic, columns.get(column), value));
  }
}
