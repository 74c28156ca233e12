package dev.sluice.gateway.batch;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import dev.sluice.driver.Quality;
import dev.sluice.driver.ValueType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Reads data records: of any origin, in bounded memory. The format is told in the documentation of
 * this package. Thread-safe: nothing is kept between calls.
 */
public final class BatchReader {

  /** What a record may take when unpacked, in bytes. */
  static final int MAX_UNPACKED = 16 << 20;

  static final int VERSION = 1;

  private static final int MAX_SCALE = 18;
  private static final int MAX_COLUMNS = 1 << 18;

  private final CborReader in;
  private final BatchVisitor visitor;
  private List<Column> columns = List.of();
  private ValueType[] types = {};

  private BatchReader(byte[] record, BatchVisitor visitor) {
    this.in = new CborReader(record);
    this.visitor = visitor;
  }

  /**
   * Hands the content of a record to a visitor.
   *
   * @param payload of an outbox record of kind data; any bytes may be given
   * @throws RecordFormatException if it is not a record of a version that is known; what the
   *     visitor received until then is of no use
   */
  public static void read(byte[] payload, BatchVisitor visitor) throws RecordFormatException {
    readUnpacked(unpack(payload), visitor);
  }

  static void readUnpacked(byte[] record, BatchVisitor visitor) throws RecordFormatException {
    new BatchReader(record, visitor).record();
  }

  static byte[] unpack(byte[] payload) throws RecordFormatException {
    long size = payload.length == 0 ? 0 : Zstd.getFrameContentSize(payload);
    if (size <= 0 || size > MAX_UNPACKED) {
      throw new RecordFormatException(
          payload.length + " bytes with a content size of " + size,
          "a zstd frame with a content size of 1 to " + MAX_UNPACKED,
          0);
    }
    var record = new byte[(int) size];
    try {
      long written = Zstd.decompress(record, payload);
      if (written != size) {
        throw new RecordFormatException(written + " bytes unpacked", size + " bytes", 0);
      }
    } catch (ZstdException e) {
      throw new RecordFormatException(
          "a damaged frame (" + e.getMessage() + ")", "a whole zstd frame", 0);
    }
    return record;
  }

  private void record() throws RecordFormatException {
    var map = new KeyedMap(in, "record");
    map.version(VERSION);
    map.need(1);
    long time = in.integer();
    boolean trusted = !map.has(2);
    String boot = "";
    long monotonic = 0;
    if (!trusted) {
      boot = name("boot id");
      map.need(3);
      monotonic = in.integer();
    }
    map.need(4);
    columns();
    map.need(5);
    visitor.begin(trusted, boot);
    for (int left = in.array(); left > 0; left--) {
      device(time, trusted, monotonic);
    }
    map.end();
    if (!in.atEnd()) {
      throw new RecordFormatException("more bytes", "end of record", in.offset());
    }
    visitor.end();
  }

  private void columns() throws RecordFormatException {
    int start = in.offset();
    int count = in.array();
    if (count > MAX_COLUMNS) {
      throw new RecordFormatException(count + " columns", "at most " + MAX_COLUMNS, start);
    }
    var read = new ArrayList<Column>(count);
    types = new ValueType[count];
    for (int left = count; left > 0; left--) {
      var map = new KeyedMap(in, "column");
      map.need(0);
      String name = name("column name");
      map.need(1);
      ValueType type = ValueType.ofCode(in.small("value type", ValueType.STRING.code()));
      String unit = map.has(2) ? in.text() : "";
      int scale = map.has(3) ? in.small("scale", type == ValueType.DECIMAL ? MAX_SCALE : 0) : 0;
      map.end();
      types[count - left] = type;
      read.add(Column.of(name, unit, type, scale));
    }
    columns = Collections.unmodifiableList(read);
  }

  private void device(long time, boolean trusted, long monotonic) throws RecordFormatException {
    var map = new KeyedMap(in, "device");
    map.need(0);
    visitor.device(name("device id"), columns);
    map.need(1);
    for (int left = in.array(); left > 0; left--) {
      row(time, trusted, monotonic);
    }
    map.end();
  }

  private void row(long time, boolean trusted, long monotonic) throws RecordFormatException {
    int start = in.offset();
    int bases = trusted ? 1 : 2;
    int runs = in.array() - bases;
    if (runs < 2 || runs % 2 != 0) {
      throw new RecordFormatException(
          "row of " + (runs + bases), bases + " and then pairs of column and values", start);
    }
    long rowTime = time + in.integer();
    if (!trusted) {
      visitor.monotonic(monotonic + in.integer());
    }
    visitor.row(rowTime);
    for (int left = runs / 2; left > 0; left--) {
      run();
    }
  }

  private void run() throws RecordFormatException {
    int start = in.offset();
    int first = in.small("column", Integer.MAX_VALUE);
    int count = in.array();
    if (count == 0 || first > types.length - count) {
      throw new RecordFormatException(
          count + " values from column " + first, types.length + " columns", start);
    }
    for (int column = first; column < first + count; column++) {
      value(column);
    }
  }

  private void value(int column) throws RecordFormatException {
    ValueType type = types[column];
    if (in.isArray()) {
      doubtful(column, type);
    } else if (type == ValueType.STRING) {
      visitor.text(column, in.text());
    } else {
      visitor.number(column, bits(type));
    }
  }

  private void doubtful(int column, ValueType type) throws RecordFormatException {
    int start = in.offset();
    int parts = in.array();
    if (parts != 1 && parts != 2) {
      throw new RecordFormatException("value of " + parts + " parts", "quality, value", start);
    }
    Quality quality = Quality.ofCode(in.small("quality", 127));
    if (quality == Quality.GOOD || (parts == 2 && type == ValueType.STRING)) {
      throw new RecordFormatException(type.word() + " marked " + quality.word(), "a value", start);
    }
    if (parts == 1) {
      visitor.bad(column, quality);
    } else {
      visitor.suspect(column, bits(type), quality);
    }
  }

  private long bits(ValueType type) throws RecordFormatException {
    return switch (type) {
      case BOOL -> in.bool() ? 1 : 0;
      case INT16 -> within(Short.MIN_VALUE, Short.MAX_VALUE, type);
      case UINT16 -> within(0, 0xffff, type);
      case INT32 -> within(Integer.MIN_VALUE, Integer.MAX_VALUE, type);
      case UINT32 -> within(0, 0xffff_ffffL, type);
      case INT64, DECIMAL -> in.integer();
      case UINT64 -> in.unsigned();
      case FLOAT32, FLOAT64 -> in.number();
      case STRING -> throw new IllegalStateException("BUG: bits of a string");
    };
  }

  private long within(long least, long most, ValueType type) throws RecordFormatException {
    int start = in.offset();
    long value = in.integer();
    if (value < least || value > most) {
      throw new RecordFormatException(String.valueOf(value), type.word(), start);
    }
    return value;
  }

  private String name(String what) throws RecordFormatException {
    int start = in.offset();
    String name = in.text();
    if (name.isEmpty()) {
      throw new RecordFormatException("empty " + what, "a name", start);
    }
    return name;
  }
}
