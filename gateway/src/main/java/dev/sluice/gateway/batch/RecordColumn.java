package dev.sluice.gateway.batch;

import dev.sluice.driver.ValueType;

/**
 * A column as the encoder sees it, shared by all devices of a verticle that have such a point. Not
 * thread-safe.
 */
final class RecordColumn {

  private final Column column;
  private final byte[] encoded;

  // Where it stands in the record under way; of no meaning for another one.
  private long record = -1;
  private int index;

  RecordColumn(Column column) {
    this.column = column;
    var out = new CborWriter(32);
    boolean unit = !column.unit().isEmpty();
    boolean scale = column.scale() != 0;
    out.map(2 + (unit ? 1 : 0) + (scale ? 1 : 0));
    out.integer(0);
    out.text(column.name());
    out.integer(1);
    out.integer(column.type().code());
    if (unit) {
      out.integer(2);
      out.text(column.unit());
    }
    if (scale) {
      out.integer(3);
      out.integer(column.scale());
    }
    this.encoded = out.toBytes();
  }

  Column column() {
    return column;
  }

  ValueType type() {
    return column.type();
  }

  int scale() {
    return column.scale();
  }

  byte[] encoded() {
    return encoded;
  }

  boolean isIn(long wanted) {
    return record == wanted;
  }

  void enter(long entered, int at) {
    record = entered;
    index = at;
  }

  int index() {
    return index;
  }
}
