package dev.sluice.gateway.uplink.connector;

import dev.sluice.driver.Quality;
import dev.sluice.driver.ValueType;
import dev.sluice.gateway.batch.BatchVisitor;
import dev.sluice.gateway.batch.Column;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes the devices of a data record as JSON, in one pass, in as many parts as the limit demands:
 * split between rows, and a row that is too large for a part of its own, between its values.
 *
 * <p>A part is what stands between the braces of {@code "devices":{…}}. The row under way is kept
 * apart, values and qualities each in a buffer, and joins the part when it is complete.
 */
final class DeviceParts implements BatchVisitor {

  /** {@code {"t":-9223372036854775808,"v":{},"q":{}}}. */
  private static final int ROW_FRAME = 40;

  /** {@code ,[]}, around the rows of a device, beside its key. */
  private static final int DEVICE_FRAME = 3;

  private static final int MAX_KEYS = 10_000;
  private static final byte[] ROW = "{\"t\":".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] VALUES = ",\"v\":{".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] QUALITIES = ",\"q\":{".getBytes(StandardCharsets.US_ASCII);

  private final Map<Quality, byte[]> words = new EnumMap<>(Quality.class);
  private final Map<String, byte[]> keys = new HashMap<>();
  private final JsonBytes part = new JsonBytes(64 << 10);
  private final JsonBytes values = new JsonBytes(4 << 10);
  private final JsonBytes qualities = new JsonBytes(1 << 10);
  private final Set<String> named = new HashSet<>();
  private List<byte[]> parts = new ArrayList<>();
  private int limit;

  private boolean trusted;
  private long oldest;
  private int losses;

  private String device = "";
  private byte[] deviceKey = {};
  private boolean deviceOpen;
  private List<Column> columns = List.of();
  private Column[] columnsByIndex = {};
  private byte[][] columnKeys = {};
  private boolean rowOpen;
  private long rowTime;

  DeviceParts() {
    for (Quality quality : Quality.values()) {
      words.put(quality, quality.word().getBytes(StandardCharsets.US_ASCII));
    }
  }

  /** A single value too large for a message, even when only its quality is told. */
  static final class Unfit extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unfit(String message) {
      super(message);
    }
  }

  /** Forgets the former record. */
  void start(int maxPartBytes) {
    limit = maxPartBytes;
    parts = new ArrayList<>();
    part.cutTo(0);
    values.cutTo(0);
    qualities.cutTo(0);
    named.clear();
    columns = List.of();
    deviceOpen = false;
    rowOpen = false;
    oldest = Long.MAX_VALUE;
    losses = 0;
  }

  /** At least one, in order. */
  List<byte[]> parts() {
    return parts;
  }

  boolean trusted() {
    return trusted;
  }

  /** Time of the oldest row; 0 when there is none. */
  long oldest() {
    return oldest == Long.MAX_VALUE ? 0 : oldest;
  }

  /** Values too large for any message. */
  int losses() {
    return losses;
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // the same list for all devices of a record
  public void device(String id, List<Column> deviceColumns) {
    closeRow();
    closeDevice();
    device = id;
    deviceKey = key(id);
    if (columns != deviceColumns) {
      columns = deviceColumns;
      columnsByIndex = deviceColumns.toArray(new Column[0]);
      columnKeys = new byte[columnsByIndex.length][];
      for (int i = 0; i < columnKeys.length; i++) {
        columnKeys[i] = key(columnsByIndex[i].name());
      }
    }
  }

  @Override
  public void begin(boolean clockTrusted, String bootId) {
    trusted = clockTrusted;
  }

  @Override
  public void row(long timeMillis) {
    closeRow();
    rowOpen = true;
    rowTime = timeMillis;
    oldest = Math.min(oldest, timeMillis);
  }

  @Override
  public void number(int column, long bits) {
    int valuesBefore = values.length();
    int qualitiesBefore = qualities.length();
    value(column, bits);
    fit(column, valuesBefore, qualitiesBefore);
  }

  @Override
  public void text(int column, String value) {
    int before = values.length();
    entry(values, column);
    values.text(value);
    fit(column, before, qualities.length());
  }

  @Override
  public void bad(int column, Quality quality) {
    int before = qualities.length();
    quality(column, quality);
    fit(column, values.length(), before);
  }

  @Override
  public void suspect(int column, long bits, Quality quality) {
    int valuesBefore = values.length();
    int qualitiesBefore = qualities.length();
    if (value(column, bits)) {
      quality(column, quality);
    }
    fit(column, valuesBefore, qualitiesBefore);
  }

  @Override
  public void end() {
    closeRow();
    if (part.length() > 0 || parts.isEmpty()) {
      finishPart();
    }
  }

  /** Whether it could be told; JSON has no NaN and no infinity (RFC 8259, 6). */
  private boolean value(int column, long bits) {
    Column of = columnsByIndex[column];
    ValueType type = of.type();
    if (type.isFloat() && !Double.isFinite(Double.longBitsToDouble(bits))) {
      quality(column, Quality.BAD_VALUE);
      return false;
    }
    entry(values, column);
    switch (type) {
      case BOOL -> values.bool(bits != 0);
      case INT16, UINT16, INT32, UINT32, INT64 -> values.integer(bits);
      case UINT64 -> values.unsigned(bits);
      case FLOAT32 -> values.float32((float) Double.longBitsToDouble(bits));
      case FLOAT64 -> values.float64(Double.longBitsToDouble(bits));
      case DECIMAL -> values.decimal(bits, of.scale());
      case STRING -> throw new IllegalStateException("BUG: bits of string " + of.name());
    }
    return true;
  }

  private void quality(int column, Quality quality) {
    entry(qualities, column);
    qualities.raw('"');
    qualities.raw(word(quality));
    qualities.raw('"');
  }

  private byte[] word(Quality quality) {
    byte[] word = words.get(quality);
    if (word == null) {
      throw new IllegalStateException("BUG: no word for " + quality);
    }
    return word;
  }

  private void entry(JsonBytes out, int column) {
    if (out.length() > 0) {
      out.raw(',');
    }
    out.raw(columnKeys[column]);
  }

  /** Keeps the row small enough for a part of its own: cuts it before the entry just written. */
  private void fit(int column, int valuesBefore, int qualitiesBefore) {
    if (fits()) {
      return;
    }
    byte[] value = tail(values, valuesBefore);
    byte[] quality = tail(qualities, qualitiesBefore);
    if (valuesBefore > 0 || qualitiesBefore > 0) {
      closeRow();
      rowOpen = true;
    }
    values.raw(value);
    qualities.raw(quality);
    if (!fits()) {
      values.cutTo(0);
      qualities.cutTo(0);
      quality(column, Quality.BAD_VALUE);
      losses++;
      if (!fits()) {
        throw new Unfit(
            "names of "
                + device
                + " and its point "
                + columns.get(column).name()
                + " alone exceed "
                + limit
                + " bytes");
      }
    }
  }

  private boolean fits() {
    return deviceKey.length + DEVICE_FRAME + ROW_FRAME + values.length() + qualities.length()
        <= limit;
  }

  /** Cuts off what was written since then and returns it, without the comma before it. */
  private static byte[] tail(JsonBytes out, int from) {
    int start = from > 0 && out.length() > from ? from + 1 : from;
    byte[] tail = Arrays.copyOfRange(out.array(), start, out.length());
    out.cutTo(from);
    return tail;
  }

  private void closeRow() {
    boolean empty = values.length() == 0 && qualities.length() == 0;
    if (!rowOpen || empty) {
      rowOpen = false;
      return;
    }
    rowOpen = false;
    int row = ROW_FRAME + values.length() + qualities.length();
    int before = deviceOpen ? 1 + 1 : deviceKey.length + DEVICE_FRAME;
    boolean again = !deviceOpen && named.contains(device);
    if (part.length() > 0 && (again || part.length() + before + row > limit)) {
      finishPart();
    }
    openDevice();
    part.raw(ROW);
    part.integer(rowTime);
    object(VALUES, values);
    object(QUALITIES, qualities);
    part.raw('}');
  }

  private void object(byte[] head, JsonBytes entries) {
    if (entries.length() > 0) {
      part.raw(head);
      part.raw(entries);
      part.raw('}');
      entries.cutTo(0);
    }
  }

  private void openDevice() {
    if (deviceOpen) {
      part.raw(',');
      return;
    }
    if (part.length() > 0) {
      part.raw(',');
    }
    part.raw(deviceKey);
    part.raw('[');
    named.add(device);
    deviceOpen = true;
  }

  private void closeDevice() {
    if (deviceOpen) {
      part.raw(']');
      deviceOpen = false;
    }
  }

  private void finishPart() {
    closeDevice();
    parts.add(Arrays.copyOf(part.array(), part.length()));
    part.cutTo(0);
    named.clear();
  }

  private byte[] key(String name) {
    if (keys.size() >= MAX_KEYS) {
      keys.clear();
    }
    return keys.computeIfAbsent(name, JsonBytes::key);
  }
}
