package dev.sluice.gateway.batch;

import dev.sluice.driver.ValueType;
import dev.sluice.gateway.acquire.DeviceDefinition;
import dev.sluice.gateway.normalize.DeviceNormalizer;
import dev.sluice.gateway.normalize.OutputPoint;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a verticle keeps of a device: its normalizer, its columns, and its rows in the record under
 * way. Not thread-safe.
 */
final class DeviceTrack {

  private final String id;
  private final DeviceNormalizer normalizer;
  private final ColumnPool pool;
  private final RecordColumn[] columns; // by point, with the scale used last
  private final List<Column> shape;

  // Null when the record under way has no row of this device.
  private @Nullable CborWriter rows;
  private int rowCount;
  private int rowBytes;

  DeviceTrack(DeviceDefinition device, ColumnPool pool) {
    this.id = device.id();
    this.normalizer = new DeviceNormalizer(device);
    this.pool = pool;
    List<OutputPoint> outputs = normalizer.outputs();
    columns = new RecordColumn[outputs.size()];
    var points = new ArrayList<Column>(outputs.size());
    for (int i = 0; i < columns.length; i++) {
      OutputPoint point = outputs.get(i);
      Column column = Column.of(point.name(), point.unit(), point.type(), point.scale());
      points.add(column);
      columns[i] = pool.of(column);
    }
    shape = List.copyOf(points);
  }

  String id() {
    return id;
  }

  /** What its points are, in the order of the configuration. */
  List<Column> shape() {
    return shape;
  }

  DeviceNormalizer normalizer() {
    return normalizer;
  }

  /** The column of a point for a value of this scale. */
  RecordColumn column(int point, int scale) {
    RecordColumn column = columns[point];
    if (column.type() == ValueType.DECIMAL && column.scale() != scale) {
      Column other = column.column();
      column = pool.of(Column.of(other.name(), other.unit(), ValueType.DECIMAL, scale));
      columns[point] = column;
    }
    return column;
  }

  boolean hasRows() {
    return rows != null;
  }

  /** Gives it a buffer for the rows of a record. */
  void open(CborWriter buffer) {
    rows = buffer;
    rowCount = 0;
    rowBytes = 0;
  }

  /** Where the next row goes, which counts once it is {@link #endRow ended}; only while open. */
  CborWriter startRow() {
    CborWriter out = rows();
    out.truncate(rowBytes); // a row that an error left unfinished
    return out;
  }

  /** The row is complete; returns its size in bytes. */
  int endRow() {
    int before = rowBytes;
    rowBytes = rows().size();
    rowCount++;
    return rowBytes - before;
  }

  /** The rows so far: the first {@link #rowBytes} bytes. */
  byte[] rowBuffer() {
    return rows().buffer();
  }

  int rowBytes() {
    return rowBytes;
  }

  int rowCount() {
    return rowCount;
  }

  /** Takes the buffer back. */
  CborWriter close() {
    CborWriter taken = rows();
    rows = null;
    return taken;
  }

  private CborWriter rows() {
    if (rows == null) {
      throw new IllegalStateException("BUG: no rows of " + id);
    }
    return rows;
  }
}
