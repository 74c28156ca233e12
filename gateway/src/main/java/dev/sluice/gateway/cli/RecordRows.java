package dev.sluice.gateway.cli;

import dev.sluice.driver.Quality;
import dev.sluice.gateway.batch.BatchVisitor;
import dev.sluice.gateway.batch.Column;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects the rows of a data record. Of one use. */
final class RecordRows implements BatchVisitor {

  /**
   * Readings of one device at one time.
   *
   * @param values by point
   * @param units of those that have one
   * @param qualities of those that are not good
   */
  record Row(
      String device,
      long timeMillis,
      Map<String, Object> values,
      Map<String, String> units,
      Map<String, String> qualities) {}

  private final List<Row> rows = new ArrayList<>();
  private boolean trusted = true;
  private String device = "";
  private List<Column> columns = List.of();

  List<Row> rows() {
    return rows;
  }

  boolean clockTrusted() {
    return trusted;
  }

  @Override
  public void begin(boolean clockTrusted, String bootId) {
    trusted = clockTrusted;
  }

  @Override
  public void device(String id, List<Column> deviceColumns) {
    device = id;
    columns = deviceColumns;
  }

  @Override
  public void row(long timeMillis) {
    rows.add(
        new Row(
            device,
            timeMillis,
            new LinkedHashMap<>(),
            new LinkedHashMap<>(),
            new LinkedHashMap<>()));
  }

  private Row current() {
    return rows.get(rows.size() - 1);
  }

  private void value(Column of, Object value) {
    current().values().put(of.name(), value);
    if (!of.unit().isEmpty()) {
      current().units().put(of.name(), of.unit());
    }
  }

  @Override
  public void number(int column, long bits) {
    Column of = columns.get(column);
    value(of, RawValue.of(of.type(), bits, of.scale(), ""));
  }

  @Override
  public void text(int column, String value) {
    value(columns.get(column), value);
  }

  @Override
  public void bad(int column, Quality quality) {
    current().qualities().put(columns.get(column).name(), quality.word());
  }

  @Override
  public void suspect(int column, long bits, Quality quality) {
    number(column, bits);
    bad(column, quality);
  }

  @Override
  public void end() {}
}
