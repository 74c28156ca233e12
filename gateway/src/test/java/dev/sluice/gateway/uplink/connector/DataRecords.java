package dev.sluice.gateway.uplink.connector;

import com.github.luben.zstd.Zstd;
import dev.sluice.driver.Quality;
import dev.sluice.driver.ValueType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes data records by the letter of their format, independently of the encoder. */
public final class DataRecords {

  /** A column of the record. */
  public record Col(String name, ValueType type, int scale, String unit) {
    public Col(String name, ValueType type, int scale) {
      this(name, type, scale, "");
    }

    public Col(String name, ValueType type) {
      this(name, type, 0);
    }
  }

  /** A value of any kind: Long, Double, String, Boolean; with a quality or alone. */
  public record Cell(Object value, Quality quality) {}

  /** A row: time and cells by column. */
  public record Row(String device, long time, Map<Integer, Cell> cells) {}

  private final List<Col> columns = new ArrayList<>();
  private final List<Row> rows = new ArrayList<>();
  private boolean trusted = true;

  /** One device, one point, n rows. */
  public static byte[] counter(long time, long value) {
    return new DataRecords().column("count", ValueType.UINT32).row("meter", time, value).payload();
  }

  public DataRecords column(String name, ValueType type) {
    columns.add(new Col(name, type));
    return this;
  }

  public DataRecords column(String name, String unit, ValueType type) {
    columns.add(new Col(name, type, 0, unit));
    return this;
  }

  public DataRecords decimal(String name, String unit, int scale) {
    columns.add(new Col(name, ValueType.DECIMAL, scale, unit));
    return this;
  }

  public DataRecords decimal(String name, int scale) {
    columns.add(new Col(name, ValueType.DECIMAL, scale));
    return this;
  }

  public DataRecords untrusted() {
    trusted = false;
    return this;
  }

  /**
   * One value per column from the first on; a {@link Cell} or {@link Quality} for doubtful ones.
   */
  public DataRecords row(String device, long time, Object... values) {
    var cells = new TreeMap<Integer, Cell>();
    for (int i = 0; i < values.length; i++) {
      Object value = values[i];
      if (value instanceof Cell cell) {
        cells.put(i, cell);
      } else if (value instanceof Quality quality) {
        cells.put(i, new Cell(null, quality));
      } else if (value != null) {
        cells.put(i, new Cell(value, Quality.GOOD));
      }
    }
    rows.add(new Row(device, time, cells));
    return this;
  }

  public List<Col> columns() {
    return columns;
  }

  public List<Row> rows() {
    return rows;
  }

  public byte[] payload() {
    var cbor = new Cbor();
    cbor.head(MAP, trusted ? 4 : 6);
    cbor.key(0).integer(1);
    cbor.key(1).integer(1000);
    if (!trusted) {
      cbor.key(2).text("boot-1");
      cbor.key(3).integer(5);
    }
    columns(cbor.key(4));
    devices(cbor.key(5));
    byte[] bytes = new byte[cbor.out.position()];
    cbor.out.get(0, bytes);
    return Zstd.compress(bytes, 1);
  }

  private void columns(Cbor cbor) {
    cbor.head(ARRAY, columns.size());
    for (Col column : columns) {
      cbor.head(MAP, 2 + (column.unit().isEmpty() ? 0 : 1) + (column.scale() > 0 ? 1 : 0));
      cbor.key(0).text(column.name());
      cbor.key(1).integer(column.type().code());
      if (!column.unit().isEmpty()) {
        cbor.key(2).text(column.unit());
      }
      if (column.scale() > 0) {
        cbor.key(3).integer(column.scale());
      }
    }
  }

  private void devices(Cbor cbor) {
    var runs = new ArrayList<List<Row>>();
    for (Row row : rows) {
      List<Row> last = runs.isEmpty() ? List.of() : runs.get(runs.size() - 1);
      if (last.isEmpty() || !last.get(0).device().equals(row.device())) {
        last = new ArrayList<>();
        runs.add(last);
      }
      last.add(row);
    }
    cbor.head(ARRAY, runs.size());
    for (List<Row> run : runs) {
      cbor.head(MAP, 2);
      cbor.key(0).text(run.get(0).device());
      cbor.key(1).head(ARRAY, run.size());
      for (Row row : run) {
        row(cbor, row);
      }
    }
  }

  private void row(Cbor cbor, Row row) {
    cbor.head(ARRAY, (trusted ? 1 : 2) + 2 * row.cells().size());
    cbor.integer(row.time() - 1000);
    if (!trusted) {
      cbor.integer(row.time() - 1000);
    }
    for (Map.Entry<Integer, Cell> entry : row.cells().entrySet()) {
      cbor.integer(entry.getKey());
      cbor.head(ARRAY, 1);
      cell(cbor, columns.get(entry.getKey()), entry.getValue());
    }
  }

  private static void cell(Cbor cbor, Col column, Cell cell) {
    if (cell.quality() == Quality.GOOD) {
      value(cbor, column, cell.value());
      return;
    }
    cbor.head(ARRAY, cell.value() == null ? 1 : 2);
    cbor.integer(cell.quality().code());
    if (cell.value() != null) {
      value(cbor, column, cell.value());
    }
  }

  private static void value(Cbor cbor, Col column, Object value) {
    if (value instanceof String text) {
      cbor.text(text);
    } else if (value instanceof Boolean bool) {
      cbor.out.put((byte) (bool ? 0xf5 : 0xf4));
    } else if (value instanceof Double number) {
      cbor.out.put((byte) 0xfb).putDouble(number);
    } else if (value instanceof Float number) {
      cbor.out.put((byte) 0xfa).putFloat(number);
    } else if (column.type() == ValueType.UINT64) {
      cbor.head(UNSIGNED, (Long) value);
    } else {
      cbor.integer(((Number) value).longValue());
    }
  }

  private static final int UNSIGNED = 0;
  private static final int NEGATIVE = 1;
  private static final int TEXT = 3;
  private static final int ARRAY = 4;
  private static final int MAP = 5;

  /** RFC 8949, 3, with every head at its longest: a reader must take that too. */
  private static final class Cbor {
    private final ByteBuffer out = ByteBuffer.allocate(4 << 20);

    void head(int major, long argument) {
      out.put((byte) (major << 5 | 27)).putLong(argument);
    }

    Cbor key(int key) {
      head(UNSIGNED, key);
      return this;
    }

    void integer(long value) {
      head(value < 0 ? NEGATIVE : UNSIGNED, value < 0 ? ~value : value);
    }

    void text(String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      head(TEXT, bytes.length);
      out.put(bytes);
    }
  }
}
